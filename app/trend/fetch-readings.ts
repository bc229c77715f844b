import { problemSchema } from '../../contracts/api/problem.ts';
import { readingsSchema, type Readings } from '../../contracts/api/readings.ts';
import type { Grid } from './ranges.ts';

/** @throws Error with what the server says, in words for people. */
export async function fetchReadings(signalId: number, grid: Grid, signal: AbortSignal): Promise<Readings> {
  const query = new URLSearchParams({
    signal: String(signalId),
    from: String(grid.from),
    to: String(grid.to),
    points: String(grid.points),
  });
  const response = await fetch(`/api/v1/readings?${query}`, { signal });
  if (response.ok) return readingsSchema.parse(await response.json());
  const problem = problemSchema.safeParse(await response.json());
  throw new Error(problem.success ? problem.data.detail : `The server answered ${response.status}.`);
}
