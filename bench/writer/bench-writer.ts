import { loadavg } from 'node:os';
import { createBenchDatabase, type EngineName } from '../support/bench-database.ts';
import { cpuSecondsOf } from '../support/cpu.ts';
import { median, notMeasured, summarise, type Result, type Run, type Say } from '../support/result.ts';
import { createBatchMaker, SIGNALS, type BatchMaker } from './make-batches.ts';
import { measureSustained } from './measure-sustained.ts';
import { openWriterRig, type WriterRig } from './writer-rig.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
/** Seconds of writing in each part of a run. */
const RUN_S = Number(process.env['BENCH_RUN_S'] ?? 5);
const BATCH = Number(process.env['BENCH_BATCH'] ?? 5_000);
const ONLY = process.env['BENCH_ONLY'] ?? '';
const REPEATS = 0.1;
const UNIT = 'readings/s';
const ENGINES: readonly EngineName[] = ['embedded', 'postgres', 'timescale'];
/** Points per CPU-second, writer and database together. */
const GOAL_PER_CPU = { embedded: 10_000, postgres: 20_000, timescale: 20_000 };

/**
 * The real writer, ledger included, against binary COPY alone and against one INSERT of many VALUES by the same process
 * from the same batches into the same hypertable, in turns within one run.
 */
export async function* benchWriter(say: Say): AsyncGenerator<Result> {
  for (const engine of ENGINES.filter((name) => `writer/${name}`.includes(ONLY))) {
    const bench = await createBenchDatabase(engine);
    if (bench === null) {
      yield notMeasured(`writer/${engine}`, UNIT, 'SENTIA_TEST_DATABASE_URL is not set');
      continue;
    }
    const rig = await openWriterRig(bench);
    try {
      yield* measureEngine(engine, rig, say);
      yield await measureSustained(`writer/${engine}/sustained`, rig, BATCH, say);
    } finally {
      await rig.close();
      await bench.drop();
    }
  }
}

interface Rates {
  inOrder: Measured;
  repeats: Measured;
  values: Measured;
  copy: Measured | null;
}

async function* measureEngine(engine: EngineName, rig: WriterRig, say: Say): AsyncGenerator<Result> {
  const maker = createBatchMaker(Date.UTC(2026, 0, 1) * 1000);
  for (let i = 0; i < 10; i++) await rig.write(maker.next(BATCH, 0));
  const runs: Rates[] = [];
  for (let run = 1; run <= RUNS; run++) {
    // After repeats the writer looks for them for a while.
    for (let i = 0; i < 20; i++) await rig.write(maker.next(BATCH, 0));
    const copy = rig.copy === null ? null : await measure(rig, maker, 0, rig.copy);
    const inOrder = await measure(rig, maker, 0, rig.write);
    const values = await measure(rig, maker, 0, rig.insertValues);
    const repeats = await measure(rig, maker, REPEATS, rig.write);
    runs.push({ inOrder, repeats, values, copy });
    const told = [inOrder, repeats, values, copy].map((one) => Math.round(one?.rate ?? 0)).join(' ');
    say(`writer/${engine}: run ${run} of ${RUNS}: in order, with repeats, VALUES, COPY: ${told}`);
  }
  const notes = { batch: BATCH, signals: SIGNALS, runS: RUN_S, loadAverage: loadavg()[0] };
  const cpu = (control: 'copy' | 'values') => ({
    goalPerCpuSecond: GOAL_PER_CPU[engine],
    controlPerCpuSecond: runs.map((run) => Math.round(run[control]?.perCpuSecond ?? 0)),
  });
  const of = (ours: 'inOrder' | 'repeats', control: 'copy' | 'values'): Run[] =>
    runs.map((run) => ({
      value: run[ours].rate,
      control: run[control]?.rate ?? null,
      perCpuSecond: run[ours].perCpuSecond,
    }));
  const slowest = Math.max(...runs.map(({ inOrder }) => inOrder.slowestMs));
  if (rig.copy !== null) {
    yield summarise(`writer/${engine}/in-order/copy`, UNIT, of('inOrder', 'copy'), {
      ...notes,
      ...cpu('copy'),
      goal: 0.7,
    });
    yield summarise(`writer/${engine}/repeats/copy`, UNIT, of('repeats', 'copy'), {
      ...notes,
      ...cpu('copy'),
      goal: 0.4,
    });
  }
  yield summarise(`writer/${engine}/in-order/values`, UNIT, of('inOrder', 'values'), {
    ...notes,
    ...cpu('values'),
    goal: 2,
  });
  yield summarise(
    `writer/${engine}/longest-wait`,
    'ms',
    [{ value: slowest, control: null, perCpuSecond: null }],
    {
      ...notes,
      medianMs: median(runs.map(({ inOrder }) => inOrder.medianMs)),
    },
  );
  yield await measureBytes(engine, rig, notes);
}

interface Measured {
  rate: number;
  perCpuSecond: number;
  slowestMs: number;
  medianMs: number;
}

/** Making batches costs time that no writer has: only the writing is counted, the CPU likewise. */
async function measure(
  rig: WriterRig,
  maker: BatchMaker,
  repeats: number,
  write: (parts: ReturnType<BatchMaker['next']>) => Promise<void>,
): Promise<Measured> {
  // Made and stored before, so that there is something to repeat.
  await write(maker.next(BATCH, 0));
  const pids = await rig.backendPids();
  const backendsBefore = cpuSecondsOf(pids);
  const tookMs: number[] = [];
  let ownCpuS = 0;
  let rows = 0;
  for (let sumMs = 0; sumMs < RUN_S * 1000;) {
    const parts = maker.next(BATCH, repeats);
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    await write(parts);
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpu);
    ownCpuS += (user + system) / 1e6;
    tookMs.push(ms);
    sumMs += ms;
    rows += parts.length;
  }
  const cpuS = ownCpuS + cpuSecondsOf(pids) - backendsBefore;
  const sumMs = tookMs.reduce((sum, ms) => sum + ms, 0);
  return {
    rate: (rows / sumMs) * 1000,
    perCpuSecond: rows / cpuS,
    slowestMs: Math.max(...tookMs),
    medianMs: median(tookMs) ?? 0,
  };
}

/** What a reading takes on disk, its index and its share of the ledger included. */
async function measureBytes(
  engine: EngineName,
  rig: WriterRig,
  notes: Record<string, unknown>,
): Promise<Result> {
  const [row] = await rig.sql<{ readings: number; tables: number; ledger: number; batched: number }[]>`
    SELECT (SELECT count(*) FROM telemetry.reading)::float8 AS readings,
           (SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND (n.nspname = '_timescaledb_internal' AND c.relname LIKE '_hyper_%'
              OR n.nspname = 'telemetry' AND c.relname LIKE 'reading_2%'))::float8 AS tables,
           pg_total_relation_size('telemetry.ingest_batch')::float8 AS ledger,
           (SELECT sum(stored) FROM telemetry.ingest_batch)::float8 AS batched`;
  const { readings = 0, tables = 0, ledger = 0, batched = 0 } = row ?? {};
  const perReading = tables / readings;
  const perLedger = ledger / batched;
  return summarise(
    `writer/${engine}/bytes-per-reading`,
    'bytes',
    [{ value: perReading + perLedger, control: null, perCpuSecond: null }],
    { ...notes, tableAndIndex: perReading, ledgerWhilePacked: perLedger, readings },
  );
}
