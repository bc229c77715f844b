import type { HistoryQuestion } from './history-port.ts';

type Grid = Pick<HistoryQuestion, 'fromMicros' | 'toMicros' | 'points'>;

/** @returns the column of a time, exactly as the database counts: microseconds × points may exceed 2^53. */
export function columnOf({ fromMicros, toMicros, points }: Grid, us: number): number {
  const scaled = (us - fromMicros) * points;
  const width = toMicros - fromMicros;
  if (Math.abs(scaled) < Number.MAX_SAFE_INTEGER) return Math.floor(scaled / width);
  return Number((BigInt(us - fromMicros) * BigInt(points)) / BigInt(width));
}
