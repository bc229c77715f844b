import type { Ask } from './ask-database.ts';
import { TREND_STEP_MS, TREND_STEPS } from './trend.ts';

export interface TrendPoint {
  signalId: number;
  atMs: number;
  value: number;
}

const SLICE = 25;

/** The last value of each 15 s step of the last 15 min: one index probe a step, however often a signal speaks. */
export async function loadTrends(
  ask: Ask,
  signalIds: readonly number[],
  nowMs: number,
): Promise<TrendPoint[]> {
  const from = new Date((Math.floor(nowMs / TREND_STEP_MS) - TREND_STEPS) * TREND_STEP_MS);
  const to = new Date(from.getTime() + (TREND_STEPS + 2) * TREND_STEP_MS);
  const points: TrendPoint[] = [];
  for (let i = 0; i < signalIds.length; i += SLICE) {
    const ids = signalIds.slice(i, i + SLICE);
    const rows = await ask(
      (sql) => sql<TrendPoint>`
        SELECT s.signal_id AS "signalId", (extract(epoch FROM r.at) * 1000)::double precision AS "atMs", r.value
        FROM unnest(${ids}::int[]) AS s(signal_id)
        CROSS JOIN generate_series(0, ${TREND_STEPS + 1}::int) AS step(n)
        CROSS JOIN LATERAL (
          SELECT at, value FROM telemetry.reading
          WHERE signal_id = s.signal_id
            AND at >= ${from}::timestamptz + step.n * ${TREND_STEP_MS}::int * interval '1 ms'
            AND at < ${from}::timestamptz + (step.n + 1) * ${TREND_STEP_MS}::int * interval '1 ms'
            AND at >= ${from}::timestamptz AND at < ${to}::timestamptz
            AND value IS NOT NULL AND quality < 2
          ORDER BY at DESC LIMIT 1
        ) r`,
    );
    points.push(...rows);
  }
  return points;
}
