import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLeases } from '../../prisma/leases.ts';
import { createFakeClock, type FakeClock } from '../../tests/support/fake-clock.ts';
import { startPipeline, type TestPipeline } from '../../tests/support/start-pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { chunkStart, type Tier } from '../chunks/chunks.ts';
import { createRollUp, type RollUp } from '../rollups/roll-up.ts';
import { applyRetention } from './apply-retention.ts';

const DAY_MS = 86_400_000;
const T0 = Date.UTC(2026, 0, 5, 8);
let db: TestDatabase;
let clock: FakeClock;
let pipeline: TestPipeline;
let rollUp: RollUp;

beforeAll(async () => {
  db = await createTestDatabase();
  clock = createFakeClock(T0 + 600_000);
  pipeline = await startPipeline(db.database, { clock });
  const leases = createLeases({ database: db.database, asker: { role: 'sentia_writer' }, holder: 'test' });
  rollUp = createRollUp({ database: db.database, clock, leases, chunks: pipeline.chunks });
});
afterAll(() => db.close());

async function send(at: number, value: number): Promise<void> {
  const sent = pipeline.send('plants/ulm/hall/line/m/s', { at, value }).then(() => true);
  do clock.advance(1);
  while (!(await Promise.race([sent, new Promise((resolve) => setImmediate(() => resolve(false)))])));
}

const apply = async () =>
  (await applyRetention({ database: db.database, clock, chunks: pipeline.chunks })).map(
    ({ tier, fromMs }) => `${tier} ${new Date(fromMs).toISOString().slice(0, 10)}`,
  );
const chunkOf = (tier: Tier) => `${tier} ${new Date(chunkStart(tier, T0)).toISOString().slice(0, 10)}`;
async function count(table: string): Promise<number> {
  const [row] = await db.ownerSql`SELECT count(*) FROM ${db.ownerSql(`telemetry.${table}`)}`;
  return row!['count'];
}

test('each tier goes at its time, only once rolled up, and a reading for a range that is gone becomes a dead letter', async () => {
  for (let i = 0; i < 10; i++) await send(T0 + i * 60_000, i);
  clock.advance(89 * DAY_MS);
  expect(await apply()).toEqual([]);
  clock.advance(3 * DAY_MS);
  // Nothing was rolled up yet.
  expect(await apply()).toEqual([]);
  await rollUp.run(60_000);
  expect(await apply()).toEqual(['reading 2026-01-05']);
  expect([await count('reading'), await count('reading_1m'), await count('reading_1h')]).toEqual([0, 10, 1]);

  clock.advance(3_600_000);
  await send(T0 + 30_000, 99);
  const letters = await db.ownerSql`SELECT reason FROM telemetry.dead_letter`;
  expect([...letters]).toEqual([{ reason: 'closed_range' }]);
  await rollUp.run(60_000);
  const [hour] = await db.ownerSql`SELECT count, max FROM telemetry.reading_1h`;
  expect(hour).toEqual({ count: 10, max: 9 });

  // The minutes were written when they were rolled up, 92 days late.
  clock.advance(170 * DAY_MS);
  expect(await apply()).toEqual([]);
  clock.advance(12 * DAY_MS);
  expect(await apply()).toEqual(['reading_1m 2026-01-01']);
  clock.advance(3 * 365 * DAY_MS);
  await rollUp.run(60_000);
  const later = await apply();
  expect(later.filter((each) => !each.startsWith('event'))).toEqual([chunkOf('reading_1h')]);
  expect(await count('reading_1d')).toBe(1);
  clock.advance(7 * 365 * DAY_MS);
  await rollUp.run(60_000);
  expect(await apply()).toContain(chunkOf('reading_1d'));
  expect(await count('reading_1d')).toBe(0);
});

test('old data that was imported lately stays', async () => {
  const old = clock.now() - 400 * DAY_MS;
  await send(old, 1);
  await rollUp.run(60_000);
  await rollUp.run(60_000);
  expect(await apply()).toEqual([]);
  clock.advance(91 * DAY_MS);
  await rollUp.run(60_000);
  expect(await apply()).toEqual([`reading ${new Date(old).toISOString().slice(0, 10)}`]);
});
