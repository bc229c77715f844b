import { afterAll, beforeAll, expect, test } from 'vitest';
import { putReadings, putSignal, type TestReading } from '../../../tests/support/equipment.ts';
import { createFakeClock, type FakeClock } from '../../../tests/support/fake-clock.ts';
import { referenceHistory } from '../../../tests/support/reference-history.ts';
import { referenceWeighed } from '../../../tests/support/reference-weighed.ts';
import { seededRandom } from '../../../tests/support/seeded-random.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { createTestRollUp } from '../../../tests/support/test-roll-up.ts';
import { readHistory } from './read-history.ts';

const US = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const T0 = Date.UTC(2026, 5, 1, 10, 17);
let db: TestDatabase;
let clock: FakeClock;
let roll: () => Promise<unknown>;

beforeAll(async () => {
  db = await createTestDatabase();
  clock = createFakeClock(T0);
  const range = { fromMs: Date.UTC(2026, 5, 1), days: 16 };
  const { rollUp } = await createTestRollUp(db.database, clock, range);
  roll = () => rollUp.run(120_000);
});
afterAll(() => db.close());

function life(random: () => number, cadenceMs: number, days: number): TestReading[] {
  const readings: TestReading[] = [];
  for (let at = T0 * US + Math.floor(random() * 1e9); at < (T0 + days * DAY_MS) * US;) {
    const quality = random() < 0.02 ? 2 : 0;
    readings.push({ atMicros: at, value: Math.round(random() * 1000) / 8, quality });
    const silence = random() < 0.004 ? random() * 100 : 0.5 + random();
    at += Math.floor(cadenceMs * US * silence);
  }
  return readings;
}

const SIGNALS = [
  ['every half minute', 30_000, null, 4],
  ['every ten minutes', 600_000, null, 12],
  ['a few a day', 7 * HOUR_MS, null, 12],
  ['with a declared staleness', 120_000, 200_000, 6],
] as const;

test.each(SIGNALS)(
  'history of a signal %s is the same from rollups as from its readings, to the microsecond of every column',
  async (name, cadenceMs, declaredMs, days) => {
    const random = seededRandom(cadenceMs);
    const path = `plant:ulm/hall/line/m/${name.replaceAll(' ', '-')}`;
    const signal = await putSignal(
      db.ownerSql,
      path,
      declaredMs === null ? {} : { staleAfterMs: declaredMs },
    );
    const readings = life(random, cadenceMs, days);
    await putReadings(db.ownerSql, signal.signalId, readings);
    await db.ownerSql`UPDATE telemetry.rollup SET done_to = '-infinity', next_signal = 0`;
    clock.advance(Math.max(0, T0 + (days - 1) * DAY_MS + 5 * HOUR_MS - clock.now()));
    await roll();
    const sources = new Set<string>();
    for (let round = 0; round < 25; round++) {
      const aligned = random() < 0.3;
      const start = T0 + (random() * 1.2 - 0.1) * days * DAY_MS;
      const length = random() ** 2 * days * DAY_MS + 60_000;
      const fromMicros = aligned ? Math.floor(start / HOUR_MS) * HOUR_MS * US : Math.floor(start * US);
      const toMicros =
        fromMicros + (aligned ? Math.ceil(length / HOUR_MS) * HOUR_MS * US : Math.floor(length * US));
      const points = 1 + Math.floor(random() ** 2 * 300);
      const question = { signalId: signal.signalId, staleAfterMs: declaredMs, fromMicros, toMicros, points };
      const nowMicros = (T0 + days * DAY_MS) * US;
      const at = createFakeClock(nowMicros / US);
      const ask = (weighed: boolean) =>
        readHistory({ database: db.database, clock: at }, [signal.organisationId], { ...question, weighed });
      const found = await ask(false);
      sources.add(found!.source);
      const asked = { from: fromMicros, to: toMicros, points, nowMicros, declaredMs };
      const expected = referenceHistory(readings, asked);
      const context = { ...question, source: found!.source };
      expect({ ...context, gaps: found!.gaps }).toEqual({ ...context, gaps: expected.gaps });
      expect({ ...context, columns: found!.columns }).toEqual({ ...context, columns: expected.columns });
      const weighed = await ask(true);
      const reference = referenceWeighed(readings, expected.gaps, asked);
      for (const { at: columnAt, weighed: of } of weighed!.columns) {
        const column = Math.round(((columnAt - fromMicros) * points) / (toMicros - fromMicros));
        const mean = reference.mean[column]!;
        // A column's end is no whole microsecond, and held times are.
        if (mean === null || of!.mean === null) expect([of!.mean, mean]).toEqual([null, null]);
        else expect(Math.abs(of!.mean - mean)).toBeLessThan(1e-4);
        expect(of!.delta).toBeCloseTo(reference.delta[column]!, 6);
      }
    }
    expect(sources.size).toBeGreaterThan(1);
  },
  240_000,
);
