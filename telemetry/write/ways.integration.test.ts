import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { expectEven, startPipeline, type TestPipeline } from '../../tests/support/start-pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';

// Batches large enough to be copied where the database takes COPY; on the embedded one the same must come out.

const AT_MS = Date.UTC(2025, 10, 20);
const COUNT = 1_000;

let db: TestDatabase;
let pipeline: TestPipeline;
let topic: string;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(async (context) => {
  pipeline = await startPipeline(db.database, { writer: `writer-${context.task.id}` });
  topic = `plants/site-${context.task.id}/hall/line/press/value`;
});

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** One message, so one batch. */
function send(values: readonly number[], from = pipeline): Promise<void> {
  return from.send(
    topic,
    values.map((i) => ({ value: i, at: AT_MS + Math.abs(i) })),
  );
}

async function storedValues(): Promise<number[]> {
  const rows = await db.ownerSql<{ value: number }[]>`
    SELECT value FROM telemetry.reading JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)
    JOIN public.line USING (line_id) JOIN public.area USING (area_id) JOIN public.site USING (site_id)
    WHERE site.slug = ${topic.split('/')[1] ?? ''} ORDER BY at`;
  return rows.map(({ value }) => value);
}

async function expectBooks(expected: Record<string, number>): Promise<void> {
  const accounting = pipeline.ingest.accounting();
  expectEven(accounting);
  expect(accounting).toMatchObject(expected);
  expect(await storedValues()).toHaveLength(accounting.stored);
  const [total] = await db.ownerSql`SELECT stored FROM telemetry.ledger_total`;
  const [tables] = await db.ownerSql`SELECT count(*) AS stored FROM telemetry.reading`;
  expect(total).toEqual(tables);
}

test('batch after batch in order is stored whole', async () => {
  for (let from = 0; from < 5 * COUNT; from += COUNT) await send(numbers(from, from + COUNT));
  expect(await storedValues()).toEqual(numbers(0, 5 * COUNT));
  await expectBooks({ received: 5_000, stored: 5_000, duplicate: 0, conflict: 0 });
});

test('what stands already is told apart in the first batch that meets it and in those after it', async () => {
  await send(numbers(1, COUNT));
  for (let round = 1; round <= 6; round++) {
    const again = numbers((round - 1) * COUNT + 1, (round - 1) * COUNT + 101);
    const other = numbers((round - 1) * COUNT + 101, (round - 1) * COUNT + 111).map((i) => -i);
    await send([...again, ...numbers(round * COUNT, (round + 1) * COUNT), ...other]);
  }
  expect(await storedValues()).toEqual(numbers(1, 7 * COUNT));
  await expectBooks({ received: 999 + 6 * 1_110, stored: 6_999, duplicate: 600, conflict: 60 });
});

test('a batch of nothing but repeats stores nothing', async () => {
  await send(numbers(1, COUNT));
  await send(numbers(1, COUNT));
  await send(numbers(1, COUNT));
  await expectBooks({ received: 3 * 999, stored: 999, duplicate: 2 * 999 });
});

test('two writers that are handed the same at once store it once', async () => {
  const other = await startPipeline(db.database, { writer: 'other' });
  await send([1]);
  for (let from = 2; from < 8 * COUNT; from += COUNT) {
    const values = numbers(from, from + COUNT);
    await Promise.all([send(values), send([...values].reverse(), other)]);
  }
  const [ours, theirs] = [pipeline.ingest.accounting(), other.ingest.accounting()];
  expectEven(ours);
  expectEven(theirs);
  expect(ours.stored + theirs.stored).toBe((await storedValues()).length);
  expect(ours.stored + theirs.stored).toBe(8 * COUNT + 1);
  expect(ours.duplicate + theirs.duplicate).toBe(8 * COUNT);
});
