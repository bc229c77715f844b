import { summarise, type Result, type Say } from '../support/result.ts';
import { createBatchMaker } from './make-batches.ts';
import type { WriterRig } from './writer-rig.ts';

/** 600 for the figure that counts; less shows only that it runs. */
const SUSTAINED_S = Number(process.env['BENCH_SUSTAINED_S'] ?? 30);

/** Writes without a pause; the last part of the time against the first: a minute each of ten. */
export async function measureSustained(
  name: string,
  rig: WriterRig,
  batch: number,
  say: Say,
): Promise<Result> {
  const partMs = Math.min(60, SUSTAINED_S / 3) * 1000;
  const totalMs = SUSTAINED_S * 1000;
  const maker = createBatchMaker(Date.UTC(2026, 2, 1) * 1000);
  let first = 0;
  let last = 0;
  let longestMs = 0;
  const startedAt = performance.now();
  for (let now = startedAt; now - startedAt < totalMs;) {
    const parts = maker.next(batch, 0);
    const before = performance.now();
    await rig.write(parts);
    now = performance.now();
    longestMs = Math.max(longestMs, now - before);
    if (now - startedAt <= partMs) first += parts.length;
    else if (now - startedAt > totalMs - partMs) last += parts.length;
  }
  say(`${name}: ${first} readings in the first part, ${last} in the last`);
  const rate = (rows: number) => (rows / partMs) * 1000;
  return summarise(name, 'readings/s', [{ value: rate(last), control: rate(first), perCpuSecond: null }], {
    seconds: SUSTAINED_S,
    batch,
    goal: 0.95,
    longestMs: Math.round(longestMs),
  });
}
