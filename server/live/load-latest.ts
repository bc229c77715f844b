import type { Sql } from '../../contracts/database.ts';
import { QUALITIES } from '../../contracts/quality.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { Ask } from './ask-database.ts';

interface Row {
  signal_id: number;
  at_micros: number;
  value: number | string | null;
  quality: number;
}

/** A latest value and the 15 intervals before it. */
const WANTED = 16;
const DAY_MS = 86_400_000;
/** Readings may lie 5 min ahead of telemetry's clock (DESIGN §3), and that ahead of ours. */
const AHEAD_MS = DAY_MS;
/** Recent ranges first, so that a running plant touches one chunk; the last reaches back before 2000. */
const RANGES_MS = [900_000, DAY_MS, 8 * DAY_MS, 64 * DAY_MS, 512 * DAY_MS, 4096 * DAY_MS, 20_000 * DAY_MS];
const SLICE = 100;

/**
 * The last readings of every signal, newest first and at most 16: its latest value and what its cadence hangs on. By
 * many short questions, none of which scans: each signal is one probe of an index per chunk in the range.
 */
export async function loadLatest(
  ask: Ask,
  signals: readonly { signalId: number; kind: 'number' | 'boolean' | 'text' }[],
  nowMs: number,
): Promise<Map<number, Reading[]>> {
  const found = new Map<number, Reading[]>();
  const texts = signals.filter((signal) => signal.kind === 'text').map((signal) => signal.signalId);
  const numbers = signals.filter((signal) => signal.kind !== 'text').map((signal) => signal.signalId);
  await walkBack(ask, newestReadings, numbers, nowMs, found);
  await walkBack(ask, newestEvents, texts, nowMs, found);
  // A signal keeps its kind, its readings may differ: whatever is newer in the other table counts too.
  await addOthers(ask, newestEvents, numbers, nowMs, found);
  await addOthers(ask, newestReadings, texts, nowMs, found);
  return found;
}

type Newest = (sql: Sql, ids: readonly number[], from: readonly Date[], to: Date) => Promise<Row[]>;

async function walkBack(
  ask: Ask,
  newest: Newest,
  signalIds: readonly number[],
  nowMs: number,
  found: Map<number, Reading[]>,
): Promise<void> {
  let remaining = signalIds;
  let toMs = nowMs + AHEAD_MS;
  for (const backMs of RANGES_MS) {
    const from = new Date(nowMs - backMs);
    const to = new Date(toMs);
    await inSlices(remaining, (ids) =>
      askInto(
        ask,
        newest,
        ids,
        ids.map(() => from),
        to,
        found,
      ),
    );
    remaining = remaining.filter((id) => !found.has(id));
    toMs = nowMs - backMs;
  }
  // A slow signal has few readings in the range that held its latest: its cadence looks a day back from there.
  const few = signalIds.filter((id) => lengthOf(found, id) > 0 && lengthOf(found, id) < WANTED);
  await inSlices(few, (ids) => {
    const from = ids.map((id) => new Date(latestMs(found, id) - DAY_MS));
    const to = new Date(Math.max(...ids.map((id) => latestMs(found, id))) + 1);
    return askInto(ask, newest, ids, from, to, found);
  });
}

async function addOthers(
  ask: Ask,
  newest: Newest,
  signalIds: readonly number[],
  nowMs: number,
  found: Map<number, Reading[]>,
): Promise<void> {
  const to = new Date(nowMs + AHEAD_MS);
  await inSlices(signalIds, async (ids) => {
    const others = new Map<number, Reading[]>();
    const from = ids.map((id) => new Date(found.has(id) ? latestMs(found, id) : 0));
    await askInto(ask, newest, ids, from, to, others);
    for (const [id, readings] of others) {
      const all = [...(found.get(id) ?? []), ...readings].sort((a, b) => b.atMicros - a.atMicros);
      found.set(id, all.slice(0, WANTED));
    }
  });
}

async function inSlices(
  ids: readonly number[],
  run: (slice: readonly number[]) => Promise<void>,
): Promise<void> {
  for (let i = 0; i < ids.length; i += SLICE) await run(ids.slice(i, i + SLICE));
}

async function askInto(
  ask: Ask,
  newest: Newest,
  ids: readonly number[],
  from: readonly Date[],
  to: Date,
  found: Map<number, Reading[]>,
): Promise<void> {
  const rows = await ask((sql) => newest(sql, ids, from, to));
  const answers = new Map<number, Reading[]>();
  for (const row of rows) {
    const readings = answers.get(row.signal_id) ?? [];
    readings.push({
      signalId: row.signal_id,
      atMicros: row.at_micros,
      value: row.value,
      quality: QUALITIES[row.quality] ?? 'bad',
    });
    answers.set(row.signal_id, readings);
  }
  for (const [id, readings] of answers) found.set(id, readings);
}

const lengthOf = (found: ReadonlyMap<number, Reading[]>, id: number) => found.get(id)?.length ?? 0;
const latestMs = (found: ReadonlyMap<number, Reading[]>, id: number) =>
  (found.get(id)?.[0]?.atMicros ?? 0) / 1000;

/** `from` is by signal; the least of them bounds the chunks when the statement is planned. */
function newestReadings(sql: Sql, ids: readonly number[], from: readonly Date[], to: Date): Promise<Row[]> {
  const starts = from.map((at) => at.toISOString());
  return sql<Row>`
    SELECT s.signal_id, (extract(epoch FROM r.at) * 1000000)::bigint AS at_micros, r.value, r.quality
    FROM unnest(${ids}::int[], ${starts}::timestamptz[]) AS s(signal_id, starts)
    CROSS JOIN LATERAL (
      SELECT at, value, quality FROM telemetry.reading
      WHERE signal_id = s.signal_id AND at >= s.starts
        AND at >= ${least(from)}::timestamptz AND at < ${to}::timestamptz
      ORDER BY at DESC LIMIT ${WANTED}::int
    ) r
    ORDER BY s.signal_id, r.at DESC`;
}

function newestEvents(sql: Sql, ids: readonly number[], from: readonly Date[], to: Date): Promise<Row[]> {
  const starts = from.map((at) => at.toISOString());
  return sql<Row>`
    SELECT s.signal_id, (extract(epoch FROM e.at) * 1000000)::bigint AS at_micros, e.text AS value, e.quality
    FROM unnest(${ids}::int[], ${starts}::timestamptz[]) AS s(signal_id, starts)
    CROSS JOIN LATERAL (
      SELECT at, text, quality FROM telemetry.event
      WHERE signal_id = s.signal_id AND at >= s.starts
        AND at >= ${least(from)}::timestamptz AND at < ${to}::timestamptz
      ORDER BY at DESC LIMIT ${WANTED}::int
    ) e
    ORDER BY s.signal_id, e.at DESC`;
}

function least(dates: readonly Date[]): Date {
  return new Date(Math.min(...dates.map((date) => date.getTime())));
}
