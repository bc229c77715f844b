import { afterAll, beforeAll, expect, test } from 'vitest';
import { putReadings, putSignal, type TestReading } from '../../../tests/support/equipment.ts';
import { createFakeClock } from '../../../tests/support/fake-clock.ts';
import { seededRandom } from '../../../tests/support/seeded-random.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { readHistory, type History } from './read-history.ts';
import { referenceHistory } from '../../../tests/support/reference-history.ts';

let db: TestDatabase;
let signals = 0;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const S = 1_000_000;
const MIN = 60 * S;
const H = 60 * MIN;
const T0 = Date.UTC(2024, 4, 13, 8) * 1000;

/** A signal of its own, with these readings. */
async function stored(readings: readonly TestReading[], staleAfterMs?: number) {
  const path = `plant:site/area/line/machine/signal-${signals++}`;
  const signal = await putSignal(db.ownerSql, path, staleAfterMs === undefined ? {} : { staleAfterMs });
  await putReadings(db.ownerSql, signal.signalId, readings);
  const newest = Math.max(T0, ...readings.slice(-1).map((reading) => reading.atMicros));
  return {
    ...signal,
    /** Asked at the moment of the newest reading, unless said otherwise. */
    ask: async (fromMicros: number, toMicros: number, points = 100, nowMicros = newest): Promise<History> => {
      const clock = createFakeClock(nowMicros / 1000);
      const question = {
        signalId: signal.signalId,
        staleAfterMs: staleAfterMs ?? null,
        fromMicros,
        toMicros,
        points,
      };
      const history = await readHistory({ database: db.database, clock }, [signal.organisationId], question);
      if (history === null) throw new Error('the signal is not visible');
      return history;
    },
  };
}

/** Good readings from `start` up to before `end`, one every `every`, each with the value of its second. */
function steady(start: number, end: number, every: number): TestReading[] {
  const count = Math.ceil((end - start) / every);
  return Array.from({ length: count }, (_, i) => ({
    atMicros: start + i * every,
    value: (start + i * every - T0) / S,
    quality: 0,
  }));
}

const bad = (reading: TestReading): TestReading => ({ ...reading, value: null, quality: 2 });

test('one reading a second has no gap, and each column its extremes, ends and count', async () => {
  const { ask } = await stored(steady(T0, T0 + 10 * MIN, S));
  const history = await ask(T0, T0 + 10 * MIN, 10);
  expect(history.gaps).toEqual([]);
  expect(history.columns).toHaveLength(10);
  expect(history.columns[3]).toEqual({
    at: T0 + 3 * MIN,
    figures: { min: 180, max: 239, first: 180, last: 239, count: 60 },
  });
});

test('a silence of more than three times the cadence is a gap from the reading before to the one after', async () => {
  const { ask } = await stored([...steady(T0, T0 + 5 * MIN, S), ...steady(T0 + 7 * MIN, T0 + 10 * MIN, S)]);
  const history = await ask(T0, T0 + 10 * MIN, 20);
  expect(history.gaps).toEqual([[T0 + 5 * MIN - S, T0 + 7 * MIN]]);
  expect(history.columns.map((column) => (column.at - T0) / (30 * S))).not.toContain(11);
});

test('silences up to 3 s are no gaps however fast the signal', async () => {
  const { ask } = await stored([
    ...steady(T0, T0 + MIN, S / 10),
    ...steady(T0 + MIN - S / 10 + 3 * S, T0 + 2 * MIN, S / 10),
    ...steady(T0 + 2 * MIN + 3 * S, T0 + 3 * MIN, S / 10),
  ]);
  const history = await ask(T0, T0 + 3 * MIN);
  expect(history.gaps).toEqual([[T0 + 2 * MIN - S / 10, T0 + 2 * MIN + 3 * S]]);
});

test.each([
  { name: 'minute', every: MIN },
  { name: 'quarter of an hour', every: 15 * MIN },
  { name: 'hour', every: H },
  { name: 'day', every: 24 * H },
])('one reading a $name has no gap but where readings are missing', async ({ every }) => {
  const missing = [...steady(T0, T0 + 20 * every, every), ...steady(T0 + 24 * every, T0 + 40 * every, every)];
  const { ask } = await stored(missing);
  const history = await ask(T0, T0 + 39 * every, 200);
  expect(history.gaps).toEqual([[T0 + 19 * every, T0 + 24 * every]]);
});

test('a silence that begins with the only reading of its hour is judged by the intervals before it', async () => {
  const { ask } = await stored([
    ...steady(T0 - 2 * H, T0 + 1, 15 * MIN),
    ...steady(T0 + 3 * H, T0 + 5 * H, 15 * MIN),
  ]);
  expect((await ask(T0 - H, T0 + 4 * H)).gaps).toEqual([[T0, T0 + 3 * H]]);
});

test('where the cadence changes each hour has its own measure', async () => {
  const { ask } = await stored([...steady(T0, T0 + H, S), ...steady(T0 + H, T0 + 3 * H, MIN)]);
  const history = await ask(T0, T0 + 3 * H - MIN, 500);
  expect(history.gaps).toEqual([]);
});

test('readings of bad quality and readings without a value make a gap; uncertain ones do not', async () => {
  const readings = steady(T0, T0 + 10 * MIN, S).map((reading, i): TestReading => {
    if (i >= 60 && i < 120) return bad(reading);
    if (i >= 180 && i < 240) return { ...reading, quality: 2 };
    return i >= 300 && i < 360 ? { ...reading, quality: 1 } : reading;
  });
  const { ask } = await stored(readings);
  const history = await ask(T0, T0 + 10 * MIN, 10);
  expect(history.gaps).toEqual([
    [T0 + 59 * S, T0 + 120 * S],
    [T0 + 179 * S, T0 + 240 * S],
  ]);
  expect(history.columns.map((column) => (column.at - T0) / MIN)).toEqual([0, 2, 4, 5, 6, 7, 8, 9]);
});

test('what people declared counts instead of the cadence, below 3 s too', async () => {
  const readings = [...steady(T0, T0 + MIN, S / 2), ...steady(T0 + MIN + S, T0 + 2 * MIN, S / 2)];
  const strict = await stored(readings, 1000);
  expect((await strict.ask(T0, T0 + 2 * MIN - S / 2)).gaps).toEqual([[T0 + MIN - S / 2, T0 + MIN + S]]);
  const patient = await stored(
    [...steady(T0, T0 + MIN, S), ...steady(T0 + H, T0 + H + MIN, S)],
    2 * 3_600_000,
  );
  expect((await patient.ask(T0, T0 + H + MIN)).gaps).toEqual([]);
});

test('readings before and after the range decide about its edges', async () => {
  const { ask } = await stored([
    ...steady(T0, T0 + 10 * MIN, MIN),
    ...steady(T0 + 30 * MIN, T0 + 40 * MIN, MIN),
  ]);
  const between = await ask(T0 + 5 * MIN + S, T0 + 5 * MIN + 20 * S);
  expect(between).toMatchObject({ columns: [], gaps: [] });
  const within = await ask(T0 + 15 * MIN, T0 + 20 * MIN);
  expect(within.gaps).toEqual([[T0 + 15 * MIN, T0 + 20 * MIN]]);
  const across = await ask(T0 + 8 * MIN + S, T0 + 31 * MIN);
  expect(across.gaps).toEqual([[T0 + 9 * MIN, T0 + 30 * MIN]]);
});

test('where no reading is before or after, the edge of the range takes its place', async () => {
  const { ask } = await stored(steady(T0, T0 + MIN, S));
  const last = T0 + MIN - S;
  expect((await ask(T0 - 3 * S, last + 3 * S, 100, T0 + H)).gaps).toEqual([]);
  expect((await ask(T0 - 4 * S, last + 4 * S, 100, T0 + H)).gaps).toEqual([
    [T0 - 4 * S, T0],
    [last, last + 4 * S],
  ]);
  expect((await ask(T0 - 2 * H, T0 - H)).gaps).toEqual([[T0 - 2 * H, T0 - H]]);
  expect((await ask(last + H, last + 2 * H, 100, last + 2 * H)).gaps).toEqual([[last + H, last + 2 * H]]);
});

test('what is still to come is no gap, but once the silence is long enough it is', async () => {
  const { ask } = await stored(steady(T0, T0 + MIN, S));
  const last = T0 + MIN - S;
  expect((await ask(T0, last + H, 100, last + 3 * S)).gaps).toEqual([]);
  expect((await ask(T0, last + H, 100, last + 4 * S)).gaps).toEqual([[last, last + H]]);
});

test('a signal without readings is one gap without columns', async () => {
  const { ask } = await stored([]);
  expect(await ask(T0, T0 + H)).toEqual({
    columns: [],
    gaps: [[T0, T0 + H]],
    gapsOmitted: 0,
    hasNumbers: false,
    source: 'raw',
  });
});

test('a signal of another organisation has no history', async () => {
  const { signalId } = await stored(steady(T0, T0 + MIN, S));
  const other = await putSignal(db.ownerSql, 'other:elsewhere/area/line/machine/signal');
  const question = { signalId, staleAfterMs: null, fromMicros: T0, toMicros: T0 + MIN, points: 10 };
  const deps = { database: db.database, clock: createFakeClock() };
  expect(await readHistory(deps, [other.organisationId], question)).toBeNull();
  expect(await readHistory(deps, [], question)).toBeNull();
});

test('once nobody waits for it a history is read no further', async () => {
  const { signalId, organisationId } = await stored(steady(T0, T0 + MIN, S));
  const question = { signalId, staleAfterMs: null, fromMicros: T0, toMicros: T0 + MIN, points: 10 };
  const abort = AbortSignal.abort(new Error('the client left'));
  const deps = { database: db.database, clock: createFakeClock(), abort };
  await expect(readHistory(deps, [organisationId], question)).rejects.toThrow('the client left');
});

test('a million readings are read in many short transactions, and none is missing', async () => {
  const { signalId, organisationId } = await putSignal(db.ownerSql, 'plant:site/area/line/machine/million');
  for (let part = 0; part < 10; part++) {
    await db.ownerSql`
      INSERT INTO telemetry.reading (signal_id, at, value)
      SELECT ${signalId}::int, timestamptz '2024-05-13 08:00Z' + i * interval '1 second', i
      FROM generate_series(${part * 100_000}::int, ${part * 100_000 + 99_999}::int) AS i`;
  }
  let transactions = 0;
  const counted: typeof db.database = {
    ...db.database,
    transaction: (asker, work) => {
      transactions += 1;
      return db.database.transaction(asker, work);
    },
  };
  const to = T0 + 1_000_000 * S;
  const history = await readHistory(
    { database: counted, clock: createFakeClock(to / 1000) },
    [organisationId],
    { signalId, staleAfterMs: null, fromMicros: T0, toMicros: to, points: 1000 },
  );
  expect(history?.gaps).toEqual([]);
  expect(history?.columns).toEqual(
    Array.from({ length: 1000 }, (_, i) => ({
      at: T0 + i * 1000 * S,
      figures: { min: i * 1000, max: i * 1000 + 999, first: i * 1000, last: i * 1000 + 999, count: 1000 },
    })),
  );
  // No page is longer than 48,000 readings.
  expect(transactions).toBeGreaterThan(1_000_000 / 48_000);
});

test('columns begin exactly at the start of the range, to the microsecond', async () => {
  const { ask } = await stored(
    [0, 33_333_333, 33_333_334, 66_666_666, 66_666_667, 99_999_999, 100_000_000].map((us) => ({
      atMicros: T0 + us,
      value: us,
      quality: 0,
    })),
  );
  const history = await ask(T0, T0 + 100_000_000, 3);
  expect(history.columns.map(({ figures }) => [figures.first, figures.last])).toEqual([
    [0, 33_333_333],
    [33_333_334, 66_666_666],
    [66_666_667, 99_999_999],
  ]);
});

test('within dense hours only what the range needs is read, and the answer is the same', async () => {
  const readings = [
    ...steady(T0, T0 + 2 * H, S / 5),
    ...steady(T0 + 2 * H + 40 * MIN, T0 + 3 * H + 10 * MIN, 10 * S),
  ];
  const { ask } = await stored(readings);
  const ranges = [
    [T0 + H + 50 * MIN, T0 + H + 55 * MIN],
    [T0 + H + 50 * MIN, T0 + 3 * H],
    [T0 + H, T0 + H + 59 * MIN],
    [T0 + 2 * H + MIN, T0 + 2 * H + 50 * MIN],
    [T0 + 30 * MIN, T0 + 2 * H],
    [T0 + 1, T0 + 5 * MIN],
  ] as const;
  for (const [from, to] of ranges) {
    const expected = referenceHistory(readings, {
      from,
      to,
      points: 300,
      nowMicros: readings.at(-1)!.atMicros,
      declaredMs: null,
    });
    expect(await ask(from, to, 300)).toMatchObject(expected);
  }
});

test.each(Array.from({ length: 24 }, (_, i) => ({ seed: i + 1 })))(
  'columns and gaps of a random timeline equal a slow count over all of its rows (seed $seed)',
  async ({ seed }) => {
    const random = seededRandom(seed);
    const { readings, declaredMs } = randomTimeline(random);
    const { ask } = await stored(readings, declaredMs ?? undefined);
    const first = readings[0]!.atMicros;
    const last = readings.at(-1)!.atMicros;
    for (let round = 0; round < 6; round++) {
      const edge = () => Math.round(first - 2 * H + random() * (last - first + 4 * H));
      const [from, to] = [edge(), edge()].sort((a, b) => a - b) as [number, number];
      if (from === to) continue;
      const points = 1 + Math.floor(random() * 700);
      const nowMicros = Math.round((last + random() * 10 * MIN) / 1000) * 1000;
      const expected = referenceHistory(readings, { from, to, points, nowMicros, declaredMs });
      const history = await ask(from, to, points, nowMicros);
      expect(history.gaps).toEqual(expected.gaps);
      expect(history.columns).toEqual(expected.columns);
    }
  },
);

/** Stretches of different cadence, regular or not, with holes and stretches of bad and missing values. */
function randomTimeline(random: () => number): { readings: TestReading[]; declaredMs: number | null } {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const readings: TestReading[] = [];
  let at = T0 + Math.round(random() * 2 * H);
  const stretches = 2 + Math.floor(random() * 5);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const every = pick([S / 50, S / 4, S, 4 * S, 20 * S, MIN, 15 * MIN, 40 * MIN, H, 5 * H]);
    const count = Math.floor(random() * (every < S ? 14_000 : every < MIN ? 3_000 : 60)) + 1;
    const jitter = pick([0, 0.1, 0.9]);
    const holes = pick([0, 0.01, 0.2]);
    let unusable = 0;
    for (let i = 0; i < count; i++) {
      at += Math.max(1, Math.round(every * (1 + jitter * (random() - 0.5))));
      if (random() < holes) at += Math.round(random() * 12 * every);
      if (unusable === 0 && random() < 0.002) unusable = Math.floor(random() * 40);
      else if (unusable > 0) unusable -= 1;
      const value = Math.round(random() * 1e6) / 1e3;
      const quality = unusable > 0 ? 2 : random() < 0.05 ? 1 : 0;
      readings.push({ atMicros: at, value: unusable > 0 && random() < 0.5 ? null : value, quality });
    }
    at += Math.round(random() * pick([S, MIN, H, 30 * H]));
  }
  return { readings, declaredMs: random() < 0.2 ? pick([500, 5_000, 600_000]) : null };
}
