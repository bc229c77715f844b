export const HOUR_US = 3_600_000_000;

/** @returns the beginning of the UTC hour that holds `us`. */
export function hourOf(us: number): number {
  return us - (us % HOUR_US);
}

/** @returns the first full hour at or after `us`. */
export function hourCeiling(us: number): number {
  return hourOf(us + HOUR_US - 1);
}
