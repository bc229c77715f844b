import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../contracts/database.ts';
import { createLeases } from '../../prisma/leases.ts';
import type { TestReading } from '../../tests/support/equipment.ts';
import { createFakeClock, type FakeClock } from '../../tests/support/fake-clock.ts';
import { referenceRollups, type ReferenceRow } from '../../tests/support/reference-rollups.ts';
import { seededRandom } from '../../tests/support/seeded-random.ts';
import { startPipeline, type TestPipeline } from '../../tests/support/start-pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createRollUp, type RollUp } from './roll-up.ts';

const MIN_MS = 60_000;
const HOUR_MS = 60 * MIN_MS;
const T0 = Date.UTC(2026, 10, 19, 21);
const TIERS = ['reading_1m', 'reading_1h', 'reading_1d'] as const;

let db: TestDatabase;
let clock: FakeClock;
let pipeline: TestPipeline;
beforeAll(async () => {
  db = await createTestDatabase();
  clock = createFakeClock(T0);
  pipeline = await startPipeline(db.database, { clock });
});
afterAll(() => db.close());

function open(database: Database = db.database, holder = 'test'): RollUp {
  const leases = createLeases({ database, asker: { role: 'sentia_writer' }, holder });
  return createRollUp({ database, clock, leases, chunks: pipeline.chunks });
}

/** Sends readings as one message; the batcher's clock has to go on meanwhile. */
async function send(signal: string, readings: readonly TestReading[]): Promise<void> {
  const sent = pipeline.send(
    `plants/ulm/hall/line/m/${signal}`,
    readings.map(({ atMicros, value, quality }) => ({
      value,
      at: atMicros,
      quality: ['good', 'uncertain', 'bad'][quality],
    })),
  );
  const settled = sent.then(() => true);
  for (;;) {
    clock.advance(1);
    if (await Promise.race([settled, new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]))
      return;
  }
}

async function readingsOf(signal: string): Promise<TestReading[]> {
  return db.ownerSql<TestReading[]>`
    SELECT round(date_part('epoch', at) * 1e6)::bigint AS "atMicros", value, quality
    FROM telemetry.reading JOIN signal USING (signal_id) WHERE slug = ${signal} ORDER BY at`;
}

async function stored() {
  const rows = [];
  for (const tier of TIERS)
    rows.push([
      ...(await db.ownerSql`SELECT * FROM ${db.ownerSql(`telemetry.${tier}`)} ORDER BY signal_id, at`),
    ]);
  rows.push([...(await db.ownerSql`SELECT * FROM telemetry.reading_gap ORDER BY signal_id, to_at`)]);
  return rows;
}

/** What stands of a signal, in the shape of the reference. */
async function rollupsOf(signal: string) {
  const tiers: Record<string, ReferenceRow[]> = {};
  for (const tier of TIERS) {
    tiers[tier] = [
      ...(await db.ownerSql<ReferenceRow[]>`
        SELECT round(date_part('epoch', at) * 1e6)::bigint AS us, count, sum, min, max, first, last, covered_ms, integral, rise
        FROM ${db.ownerSql(`telemetry.${tier}`)} JOIN signal USING (signal_id) WHERE slug = ${signal} ORDER BY at`),
    ];
  }
  const gaps = await db.ownerSql`
    SELECT round(date_part('epoch', from_at) * 1e6)::bigint AS f, round(date_part('epoch', to_at) * 1e6)::bigint AS t
    FROM telemetry.reading_gap JOIN signal USING (signal_id) WHERE slug = ${signal} ORDER BY to_at`;
  return { tiers, gaps: gaps.map((gap) => [gap['f'], gap['t']]) };
}

async function rollAll(rollUp: RollUp): Promise<void> {
  for (;;) {
    const { ended } = await rollUp.run(60_000);
    const [left] = await db.ownerSql`SELECT count(*) FROM telemetry.dirty`;
    if (ended && left!['count'] === 0) return;
  }
}

/** A signal's life: its cadence changes, it falls silent, it is bad for a while, it begins with a lonely reading. */
function life(random: () => number, cadenceMs: number, fromMs: number, untilMs: number): TestReading[] {
  const readings: TestReading[] = [];
  let at = fromMs * 1000 + Math.floor(random() * 3_000_000_000);
  let cadence = cadenceMs;
  let total = 0;
  while (at < untilMs * 1000) {
    total += Math.floor(random() * 10);
    if (random() < 0.01) total = Math.floor(random() * 3);
    const quality = random() < 0.05 ? 2 : random() < 0.1 ? 1 : 0;
    readings.push({ atMicros: at, value: quality === 2 && random() < 0.5 ? null : total / 4, quality });
    if (random() < 0.01) cadence = cadenceMs * (1 + Math.floor(random() * 4));
    const silent =
      readings.length === 1 || random() < 0.01
        ? 1 + random() * 60 * (random() < 0.3 ? 20 : 1)
        : 0.5 + random();
    at += Math.max(1, Math.floor(cadence * 1000 * silent));
  }
  return readings;
}

/** A handle whose transactions now and then fail at their end, as if the process had died before COMMIT. */
function crashing(random: () => number): Database {
  return {
    ...db.database,
    engine: db.database.engine,
    timescale: db.database.timescale,
    transaction: (asker, work) =>
      db.database.transaction(asker, async (sql) => {
        const result = await work(sql);
        if (random() < 0.3) throw new Error('killed');
        return result;
      }),
  };
}

test.each([1, 2, 3, 4])(
  'rollups of shuffled, late and repeated readings, with crashes in between, equal a full recompute (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    // Of two seeds everything is late, since their day is past.
    const fromMs = seed % 2 === 1 ? clock.now() : T0;
    const until = fromMs + 9 * HOUR_MS;
    const lives = new Map(
      [7_000, 45_000, 400_000, 1_500_000].map((cadence, i) => [
        `s${seed}-${i}`,
        life(random, cadence, fromMs, until),
      ]),
    );
    // Late by a little or by hours, out of order, and one in ten twice.
    const sent = [...lives].flatMap(([signal, readings]) =>
      readings.flatMap((reading) => {
        const delayMs = random() < 0.2 ? random() * 5 * HOUR_MS : random() * 3 * MIN_MS;
        const dueMs = reading.atMicros / 1000 + delayMs;
        const again = random() < 0.1 ? [{ signal, reading, dueMs: dueMs + random() * HOUR_MS }] : [];
        return [{ signal, reading, dueMs }, ...again];
      }),
    );
    sent.sort((a, b) => a.dueMs - b.dueMs);
    let rollUp = open(crashing(random));
    let crashes = 0;
    for (let i = 0; i < sent.length;) {
      const batch = sent.slice(i, i + 1 + Math.floor(random() * 60));
      i += batch.length;
      const dueMs = batch.at(-1)!.dueMs;
      if (dueMs > clock.now()) clock.advance(dueMs - clock.now());
      const bySignal = groupBy(batch, ({ signal }) => signal);
      for (const [signal, items] of bySignal)
        await send(
          signal,
          items.map(({ reading }) => reading),
        );
      if (random() < 0.5) {
        await rollUp.run(0).catch(() => {
          crashes += 1;
          rollUp = open(crashing(random));
        });
      }
    }
    clock.advance(Math.max(0, until + 3 * HOUR_MS - clock.now()));
    await rollAll(open());
    expect(crashes).toBeGreaterThan(0);

    for (const [signal] of lives) {
      const readings = await readingsOf(signal);
      const reference = referenceRollups(readings, null);
      const found = await rollupsOf(signal);
      expect(found.gaps).toEqual(reference.gaps);
      for (const tier of TIERS) expectClose(found.tiers[tier], reference.tiers?.[tier]);
    }

    const incremental = await stored();
    for (const table of [...TIERS, 'reading_gap', 'dirty'])
      await db.ownerSql`TRUNCATE ${db.ownerSql(`telemetry.${table}`)}`;
    await db.ownerSql`UPDATE telemetry.rollup SET done_to = '-infinity', next_signal = 0`;
    await rollAll(open());
    expect(await stored()).toEqual(incremental);
  },
  240_000,
);

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

test('an hour that changes after it was rolled keeps what it said at first, and history tells of it', async () => {
  const hourMs = Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
  clock.advance(hourMs + 58 * MIN_MS - clock.now());
  const at = (minute: number, value: number): TestReading => ({
    atMicros: (hourMs + minute * MIN_MS) * 1000,
    value,
    quality: 0,
  });
  await send('restated', [at(-50, 1), at(5, 70), at(15, 72)]);
  clock.advance(2 * HOUR_MS);
  await rollAll(open());
  await send('restated', [at(25, 80)]);
  await rollAll(open());
  await send('restated', [at(35, 78), at(65, 3)]);
  await rollAll(open());
  const [signal] = await db.ownerSql`SELECT signal_id, organisation_id FROM signal WHERE slug = 'restated'`;
  const told = (organisationIds: number[]) =>
    db.database.transaction(
      { role: 'sentia_app', organisationIds },
      (sql) => sql`
        SELECT times, restated_us, was_count, was_sum, was_min, was_max
        FROM telemetry.restatements(${signal!['signal_id']}::int, ${hourMs * 1000}::bigint, ${(hourMs + 1) * 1000}::bigint, 10)
        WHERE us = ${hourMs * 1000}::bigint`,
    );
  const [hour] = await told([signal!['organisation_id']]);
  expect(hour).toMatchObject({ times: 2, was_count: 2, was_sum: 142, was_min: 70, was_max: 72 });
  expect(Math.abs(Number(hour?.['restated_us']) / 1000 - clock.now())).toBeLessThan(MIN_MS);
  expect(await told([])).toEqual([]);
});

/** The same rows, their floats within 1e-9: the reference adds in another order. */
function expectClose(found: readonly ReferenceRow[] = [], expected: readonly ReferenceRow[] = []): void {
  expect(found.map(({ us, count }) => [us, count])).toEqual(expected.map(({ us, count }) => [us, count]));
  const far = found.flatMap((row, i) =>
    Object.entries(expected[i] ?? {})
      .filter(([name, value]) => {
        const difference = Math.abs(Reflect.get(row, name) - value);
        return !(difference <= 1e-9 * Math.max(1, Math.abs(value)));
      })
      .map(([name, value]) => ({ us: row.us, name, expected: value, found: Reflect.get(row, name) })),
  );
  expect(far).toEqual([]);
}
