import { mix } from './random.ts';

/** From -1 to 1, smooth in `x`: random values at the whole numbers, joined by a curve without corners. */
export function smoothNoise(seed: number, x: number): number {
  const left = Math.floor(x);
  const fraction = x - left;
  const weight = fraction * fraction * (3 - 2 * fraction);
  return unit(seed, left) * (1 - weight) + unit(seed, left + 1) * weight;
}

/** From -1 to 1, another value each whole `n`, near 0 more often than far. */
export function roughNoise(seed: number, n: number): number {
  return (unit(seed, n) + unit(seed ^ 0x5bd1e995, n)) / 2;
}

function unit(seed: number, n: number): number {
  return mix(seed, n) / 0x8000_0000 - 1;
}
