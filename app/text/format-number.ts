const formatters = new Map<number, Intl.NumberFormat>();

function withDecimals(decimals: number): Intl.NumberFormat {
  const known = formatters.get(decimals);
  if (known) return known;
  const made = new Intl.NumberFormat('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  formatters.set(decimals, made);
  return made;
}

/** Beyond this a number no longer fits a slot and is written with an exponent. */
const LARGEST = 9_999_999_999;
const MILLION = 1_000_000;

/** A count such as `1,240`. */
export const formatCount = (value: number) => withDecimals(0).format(value);

/**
 * @returns the value with a fixed number of decimals: three or four digits that say something. Whole numbers (counters,
 * flags) have none. `decimals` comes from `decimalsFor`, so that a value passing 10 or 100 does not jump about.
 */
export function formatNumber(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size > LARGEST || (size > 0 && size < 0.0005))
    return value.toExponential(2).replace('e', ' e').replace('-', '−');
  const text = withDecimals(decimals).format(value);
  return text.startsWith('-') ? `−${text.slice(1)}` : text;
}

/** As `formatNumber`, but a large number in thousands or millions, so that it fits a tile: `128k`, `12.5M`. */
export function formatShort(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size < 100_000 || size > LARGEST) return formatNumber(value, decimals);
  return size < 10 * MILLION ? `${formatNumber(value / 1000, 0)}k` : `${formatNumber(value / MILLION, 1)}M`;
}

/** @param near values shown lately (the trend): their largest decides for all of them. */
export function decimalsFor(value: number, near: readonly (number | null)[]): number {
  let largest = Math.abs(value);
  let whole = Number.isInteger(value);
  for (const each of near) {
    if (each === null) continue;
    largest = Math.max(largest, Math.abs(each));
    whole &&= Number.isInteger(each);
  }
  if (whole || largest >= 100) return 0;
  if (largest >= 10) return 1;
  return largest >= 1 ? 2 : 3;
}

const exact = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });

/** Up to six digits that say something, for where a value is read and not glanced at. */
export function formatExact(value: number): string {
  const size = Math.abs(value);
  if (size > LARGEST || (size > 0 && size < 0.0005)) return formatNumber(value, 0);
  return exact.format(value).replace('-', '−');
}
