import { systemClock } from '../../contracts/clock.ts';
import { openDatabase } from '../../prisma/open-database.ts';
import { readHistory } from '../../server/queries/history/read-history.ts';
import { listLatest } from '../../server/queries/list-latest.ts';
import { createTestDatabase } from '../../tests/support/test-database.ts';
import { quantile, summarise, type Result, type Say } from '../support/result.ts';
import { fillReadings } from './fill-readings.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const ASKS = 20;
const SIGNALS = 50;
const ALL_SIGNALS = 1_000;
const DAYS = 30;
const HOUR_US = 3_600_000_000;
/** What fits in a few minutes; DESIGN's goal is told for 100 million. */
const ROWS = { postgres: 5_000_000, embedded: 250_000 };

/**
 * The overview of a month, 50 signals by the hour, against the same figures scanned from the readings; and the latest of
 * 1,000 signals. On PostgreSQL where SENTIA_TEST_DATABASE_URL names one, else on the embedded database; BENCH_ROWS
 * readings are made by SQL.
 */
export async function* benchReads(say: Say): AsyncGenerator<Result> {
  const db = await createTestDatabase();
  const database = await openDatabase({ target: db.connection, name: 'bench', max: 4 });
  try {
    const rows = Number(process.env['BENCH_ROWS'] ?? ROWS[database.engine]);
    const filled = await fillReadings(db, { all: ALL_SIGNALS, busy: SIGNALS, days: DAYS, rows }, say);
    const notes = {
      engine: database.engine,
      timescale: database.timescale,
      readings: filled.rows,
      rollUpReadingsPerS: Math.round(filled.rows / filled.rollUpS),
    };
    const hour = Math.floor((systemClock.now() * 1000) / HOUR_US) * HOUR_US;
    const range = { fromMicros: hour - DAYS * 24 * HOUR_US, toMicros: hour };
    const deps = { database, clock: systemClock };

    const overview = async () => {
      const answers = await Promise.all(
        filled.signalIds.map((signalId) =>
          readHistory(deps, [filled.organisationId], {
            ...{ signalId, staleAfterMs: null, ...range },
            points: DAYS * 24,
          }),
        ),
      );
      if (answers.some((answer) => answer?.source !== '1h' || answer.columns.length < DAYS * 24 - 1))
        throw new Error('an overview was not answered from hours');
    };
    const scan = () => db.ownerSql`
      SELECT signal_id, date_bin('1 hour', at, 'epoch'), min(value), max(value), count(*)
      FROM telemetry.reading
      WHERE signal_id = ANY (${filled.signalIds}::int[]) AND value IS NOT NULL AND quality <> 2
        AND at >= ${new Date(range.fromMicros / 1000)} AND at < ${new Date(range.toMicros / 1000)}
      GROUP BY 1, 2`;
    await overview();
    const runs = [];
    for (let run = 0; run < RUNS; run++) {
      const control = await timed(scan);
      runs.push({ value: await p95(overview), control, perCpuSecond: null });
      say(`reads: overview p95 ${runs.at(-1)?.value.toFixed(0)} ms, scanned ${control.toFixed(0)} ms`);
    }
    yield summarise('reads.overview_30d_50_signals_p95', 'ms', runs, {
      ...notes,
      goalMs: 300,
      goalRatio: 0.01,
    });

    const live = { latest: () => null, stale: () => true };
    const latest = () =>
      listLatest(database, live, systemClock, [filled.organisationId], {
        ...{ siteId: filled.siteId, after: null },
        limit: ALL_SIGNALS,
      });
    await latest();
    const latestRuns = [];
    for (let run = 0; run < RUNS; run++)
      latestRuns.push({ value: await p95(latest), control: null, perCpuSecond: null });
    yield summarise('reads.latest_1000_signals_p95', 'ms', latestRuns, {
      ...notes,
      goalMs: 50,
      latest: 'values come from the live picture in memory, names from the database',
    });
  } finally {
    await database.close();
    await db.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function p95(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let ask = 0; ask < ASKS; ask++) took.push(await timed(work));
  return quantile(took, 0.95) ?? 0;
}
