const FIRST_MS = 250;
const LONGEST_MS = 5_000;
const HEALTHY_MS = 60_000;

/**
 * How long to wait before a process that died is started again: 250 ms, doubling to 5 s, and from the beginning once
 * it had run well for a minute.
 */
export function backOffMs(previousMs: number | null, ranForMs: number): number {
  if (previousMs === null || ranForMs >= HEALTHY_MS) return FIRST_MS;
  return Math.min(previousMs * 2, LONGEST_MS);
}
