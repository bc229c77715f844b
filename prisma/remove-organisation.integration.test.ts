import { afterAll, beforeAll, expect, test } from 'vitest';
import { addMachine } from '../tests/support/add-equipment.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { removeOrganisation, type RemovalProgress } from './remove-organisation.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const writer = { role: 'sentia_writer' } as const;

/** Rows of every table, by organisation where it has one and by signal elsewhere. */
async function census(): Promise<Record<string, number>> {
  const [row] = await db.ownerSql<[Record<string, number>]>`SELECT
    (SELECT count(*) FROM public.organisation) AS organisations, (SELECT count(*) FROM public.site) AS sites,
    (SELECT count(*) FROM public.area) AS areas, (SELECT count(*) FROM public.line) AS lines,
    (SELECT count(*) FROM public.machine) AS machines, (SELECT count(*) FROM public.signal) AS signals,
    (SELECT count(*) FROM public.production_order) AS orders, (SELECT count(*) FROM public.change) AS changes,
    (SELECT count(*) FROM telemetry.reading) AS readings, (SELECT count(*) FROM telemetry.event) AS events,
    (SELECT count(*) FROM telemetry.dirty) AS dirty, (SELECT count(*) FROM telemetry.dead_letter) AS dead_letters`;
  return row;
}

async function fill(organisation: string, days: readonly string[], readingsADay: number): Promise<void> {
  const machine = await addMachine(db.ownerSql, {
    organisation,
    path: `${organisation}/a/l/m`,
    signals: ['x', 'y'],
  });
  await db.database.transaction(writer, async (sql) => {
    for (const day of days) {
      await sql`INSERT INTO telemetry.reading (signal_id, at, value)
        SELECT signal_id, ${day}::timestamptz + n * interval '1 second', n
        FROM unnest(${machine.signalIds}::int[]) AS signal_id, generate_series(1, ${readingsADay}) AS n`;
      await sql`INSERT INTO telemetry.event (signal_id, at, text)
        SELECT signal_id, ${day}::timestamptz, 'on' FROM unnest(${machine.signalIds}::int[]) AS signal_id`;
      await sql`INSERT INTO telemetry.dirty (signal_id, hour)
        SELECT signal_id, ${day}::timestamptz FROM unnest(${machine.signalIds}::int[]) AS signal_id`;
    }
    await sql`INSERT INTO telemetry.dead_letter (organisation_id, feed, writer, topic, reason, detail, received_at, size, payload)
      SELECT ${machine.organisationId}, 'f', 'w', 't', 'bad_value', '', now(), 1, '\\x00' FROM generate_series(1, 1200)`;
    await sql`INSERT INTO public.production_order (organisation_id, line_id, slug, product, quantity, planned_from, planned_to, ideal_cycle_s, received_at)
      VALUES (${machine.organisationId}, ${machine.lineId}, 'o', 'p', 1, now(), now() + interval '1 hour', 1, now())`;
    await sql`INSERT INTO public.change (position, organisation_id, site_id, kind, payload)
      SELECT ${machine.organisationId} * 10000 + n, ${machine.organisationId}, ${machine.siteId}, 'order', '{}' FROM generate_series(1, 700) n`;
  });
}

test('an organisation goes with everything it has, and nothing of another goes', async () => {
  await fill('stays', ['2026-11-02'], 50);
  const before = await census();
  // The second is a chunk that both have.
  await fill('goes', ['2026-11-01', '2026-11-02'], 6_000);
  expect((await census())['readings']).toBe(100 + 24_000);

  const progress: RemovalProgress[] = [];
  expect(await removeOrganisation(db.database, 'goes', (step) => progress.push(step))).toBe(true);

  expect(await census()).toEqual(before);
  expect(new Set(progress.map(({ step }) => step))).toEqual(
    new Set(['readings', 'dead letters', 'equipment']),
  );
  expect(progress.at(-1)).toMatchObject({ step: 'equipment', done: 5, total: 5 });
});

test('what is written while the organisation goes does not stay behind', async () => {
  const before = await census();
  const machine = await addMachine(db.ownerSql, { organisation: 'busy', path: 'busy/a/l/m', signals: ['x'] });
  // A writer that knows the signal from before writes between the steps.
  const writes: Promise<unknown>[] = [];
  await removeOrganisation(db.database, 'busy', ({ step, done }) => {
    if (step === 'equipment' && done === 5) return;
    writes.push(
      db.database.transaction(
        writer,
        (sql) => sql`INSERT INTO telemetry.reading (signal_id, at, value)
          VALUES (${machine.signalIds[0] ?? 0}, ${new Date(Date.UTC(2026, 10, 2) + writes.length)}, 1)`,
      ),
    );
  });
  await Promise.all(writes);
  expect(writes.length).toBeGreaterThan(5);
  expect(await census()).toEqual(before);
});

test('an organisation that is not there is no mistake', async () => {
  expect(await removeOrganisation(db.database, 'never was')).toBe(false);
});
