/** More than an hour has readings before it counts as dense: a page then holds at least one whole hour. */
const LEAST_ROWS = 8_000;
const FIRST_ROWS = 12_000;
const MOST_ROWS = 48_000;
/** Between these a page is as long as it should be, on the way to the limit of 250 ms. */
const SHORT_MS = 60;
const LONG_MS = 120;

/** How many readings a page of history takes: more while pages are quick, fewer when they are slow or have to wait. */
export function createPageSize(): { rows(): number; took(ms: number): void } {
  let rows = FIRST_ROWS;
  return {
    rows: () => rows,
    took: (ms) => {
      if (ms < SHORT_MS) rows = Math.min(MOST_ROWS, Math.round(rows * 1.5));
      else if (ms > LONG_MS) rows = Math.max(LEAST_ROWS, Math.round(rows / 2));
    },
  };
}
