import type { Sql } from '../../contracts/database.ts';
import { QUALITIES } from '../../contracts/quality.ts';
import type { Ask } from './ask-database.ts';
import { REASON_SLACK_MICROS, reasonOf, stateOf, type MachineRun } from './machine-state.ts';

/** A machine with a state signal, and that signal's latest reading. */
export interface StateSource {
  machineId: number;
  stateSignalId: number;
  reasonSignalId: number | null;
  lastMicros: number;
}

interface Row {
  machine_id: number;
  at_micros: number;
  text: string;
  quality: number;
  reason: string | null;
  reason_quality: number | null;
}

const HOURS_8_MS = 8 * 3_600_000;
/** Before the 8 hours, this far back the state is looked for in which they began. */
const DAYS_8_MS = 8 * 86_400_000;
/** Where a machine repeats its state every second, this many repetitions are walked back to find its beginning. */
const MOST_REPETITIONS = 20_000;
const SLICE = 4;

/** The states of the last 8 hours of each machine, oldest first: what folding all its events in order would give. */
export async function loadStates(
  ask: Ask,
  sources: readonly StateSource[],
  nowMs: number,
): Promise<Map<number, MachineRun[]>> {
  const runs = new Map<number, MachineRun[]>();
  for (let i = 0; i < sources.length; i += SLICE) {
    const slice = sources.slice(i, i + SLICE);
    const rows = await ask((sql) => changedStates(sql, slice, nowMs));
    for (const source of slice) {
      const own = rows.filter((row) => row.machine_id === source.machineId);
      runs.set(source.machineId, await withBeginning(ask, source, runsOf(own)));
    }
  }
  return runs;
}

function runsOf(rows: readonly Row[]): MachineRun[] {
  const runs: MachineRun[] = [];
  for (const row of rows) {
    const state = stateOf({
      atMicros: row.at_micros,
      text: row.text,
      quality: QUALITIES[row.quality] ?? 'bad',
    });
    const reason =
      row.reason === null
        ? null
        : reasonOf({ text: row.reason, quality: QUALITIES[row.reason_quality ?? 0] ?? 'bad' });
    const last = runs.at(-1);
    // Two words for one state, such as two that are not ours: one run, with the newer reason where one was given.
    if (last?.state === state) last.reason = row.reason === null ? last.reason : reason;
    else runs.push({ sinceMicros: row.at_micros, sinceKnown: true, state, reason });
  }
  return runs;
}

/** The first run was met in the middle where the machine repeats its state: walks back to its first event. */
async function withBeginning(ask: Ask, source: StateSource, runs: MachineRun[]): Promise<MachineRun[]> {
  const first = runs[0];
  if (first === undefined) return runs;
  const [row] = await ask(
    (sql) => sql<{ begin_micros: number | null; walked: number }>`
      WITH before AS MATERIALIZED (
        SELECT at, text, quality FROM telemetry.event
        WHERE signal_id = ${source.stateSignalId}::int
          AND at <= ${isoMicros(first.sinceMicros)}::timestamptz
          AND at >= ${isoMicros(first.sinceMicros - DAYS_8_MS * 1000)}::timestamptz
        ORDER BY at DESC LIMIT ${MOST_REPETITIONS}::int
      ), same AS (SELECT text, quality FROM before ORDER BY at DESC LIMIT 1)
      SELECT (extract(epoch FROM min(b.at)) * 1000000)::bigint AS begin_micros, count(*)::int AS walked
      FROM before b
      WHERE b.at > coalesce(
        (SELECT o.at FROM before o, same s
         WHERE o.text <> s.text OR (o.quality = 2) <> (s.quality = 2) ORDER BY o.at DESC LIMIT 1),
        '-infinity')`,
  );
  if (row === undefined || row.begin_micros === null) return runs;
  if (first.reason === null) {
    first.reason = await ask((sql) => reasonBetween(sql, source, row.begin_micros ?? 0, first.sinceMicros));
  }
  first.sinceMicros = row.begin_micros;
  first.sinceKnown = row.walked < MOST_REPETITIONS;
  return runs;
}

async function reasonBetween(sql: Sql, source: StateSource, fromMicros: number, toMicros: number) {
  const [row] = await sql<{ text: string; quality: number }>`
    SELECT text, quality FROM telemetry.event
    WHERE signal_id = ${source.reasonSignalId}::int AND at <= ${isoMicros(toMicros)}::timestamptz
      AND at >= ${isoMicros(fromMicros - REASON_SLACK_MICROS)}::timestamptz
    ORDER BY at DESC LIMIT 1`;
  return row === undefined ? null : reasonOf({ text: row.text, quality: QUALITIES[row.quality] ?? 'bad' });
}

/** One row a change of the state's word, with the last reason given for it. */
function changedStates(sql: Sql, sources: readonly StateSource[], nowMs: number): Promise<Row[]> {
  const from = new Date(nowMs - HOURS_8_MS);
  const machines = sources.map((source) => source.machineId);
  const states = sources.map((source) => source.stateSignalId);
  const reasons = sources.map((source) => source.reasonSignalId);
  const lasts = sources.map((source) => isoMicros(source.lastMicros));
  const earliest = new Date(
    Math.min(from.getTime() - DAYS_8_MS, ...sources.map((source) => source.lastMicros / 1000)),
  );
  return sql<Row>`
    WITH machine AS (
      SELECT * FROM unnest(${machines}::int[], ${states}::int[], ${reasons}::int[], ${lasts}::timestamptz[])
        AS t(machine_id, state_id, reason_id, last_at)
    ), said AS (
      SELECT m.machine_id, m.reason_id, e.at, e.text, e.quality
      FROM machine m CROSS JOIN LATERAL (
        (SELECT at, text, quality FROM telemetry.event
         WHERE signal_id = m.state_id AND at > ${from}::timestamptz)
        UNION ALL
        (SELECT at, text, quality FROM telemetry.event
         WHERE signal_id = m.state_id AND at <= ${from}::timestamptz AND at >= ${earliest}::timestamptz
         ORDER BY at DESC LIMIT 1)
      ) e
    ), changed AS (
      SELECT *, lag(text) OVER (PARTITION BY machine_id ORDER BY at) AS text_before,
                lag(quality) OVER (PARTITION BY machine_id ORDER BY at) AS quality_before
      FROM said
    ), run AS (
      SELECT machine_id, reason_id, at, text, quality,
             lead(at, 1, 'infinity') OVER (PARTITION BY machine_id ORDER BY at) AS until
      FROM changed
      WHERE text_before IS DISTINCT FROM text OR (quality = 2) IS DISTINCT FROM (quality_before = 2)
    )
    SELECT run.machine_id, (extract(epoch FROM run.at) * 1000000)::bigint AS at_micros, run.text, run.quality,
           r.text AS reason, r.quality AS reason_quality
    FROM run
    LEFT JOIN LATERAL (
      SELECT text, quality FROM telemetry.event
      WHERE signal_id = run.reason_id AND at < run.until
        AND at >= run.at - ${REASON_SLACK_MICROS}::int * interval '1 microsecond'
      ORDER BY at DESC LIMIT 1
    ) r ON true
    ORDER BY run.machine_id, run.at`;
}

/** A time in microseconds as PostgreSQL reads it exactly; a Date would lose the last three digits. */
function isoMicros(micros: number): string {
  const rest = ((micros % 1000) + 1000) % 1000;
  const ms = (micros - rest) / 1000;
  return new Date(ms).toISOString().replace('Z', `${String(rest).padStart(3, '0')}Z`);
}
