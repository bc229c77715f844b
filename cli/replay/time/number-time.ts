export const TIME_UNITS = { d: 86_400e6, h: 3600e6, min: 60e6, s: 1e6, ms: 1e3, us: 1 } as const;
export type TimeUnit = keyof typeof TIME_UNITS;
export type EpochUnit = 's' | 'ms' | 'us' | 'ns';

const PLAIN = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** @returns null when the cell is not a plain number. */
export function numberOfTimeCell(cell: string, decimal: 'point' | 'comma'): number | null {
  const text = decimal === 'comma' ? cell.replace(',', '.') : cell;
  return PLAIN.test(text) ? Number(text) : null;
}

/** The unit in which a column of numbers counts from 1970, by the thresholds of Sentia's topics; null outside 2000–2100. */
export function epochUnitOf(min: number, max: number): EpochUnit | null {
  const units: [EpochUnit, number][] = [
    ['s', 1],
    ['ms', 1e3],
    ['us', 1e6],
    ['ns', 1e9],
  ];
  const found = units.find(
    ([, perSecond]) => min >= 946_684_800 * perSecond && max < 4_102_444_800 * perSecond,
  );
  return found?.[0] ?? null;
}

/** Microseconds since 1970 of an epoch cell; nanoseconds are cut, exactly. */
export function microsOfEpoch(cell: string, value: number, unit: EpochUnit): number {
  if (unit === 'ns') return /^\d+$/.test(cell) ? Number(BigInt(cell) / 1000n) : Math.trunc(value / 1000);
  return Math.round(value * { s: 1e6, ms: 1e3, us: 1 }[unit]);
}

/** The unit that a header tells, as in `time_h`, `t [ms]`, `elapsed (min)`, `hours`. */
export function unitOfHeader(header: string): TimeUnit | null {
  const word =
    /(?:^|[_\s([.])(d|days?|h|hrs?|hours?|min|minutes?|s|sec|secs|seconds?|ms|millis|us|µs)[\])]?$/i.exec(
      header.trim(),
    )?.[1];
  if (word === undefined) return null;
  const lower = word.toLowerCase();
  if (lower === 'us' || lower === 'µs') return 'us';
  if (lower.startsWith('mil') || lower === 'ms') return 'ms';
  if (lower.startsWith('min')) return 'min';
  return lower.startsWith('d') ? 'd' : lower.startsWith('h') ? 'h' : 's';
}
