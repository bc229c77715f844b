import { formatAt } from '../queries/format-at.ts';
import type { RawReading } from '../queries/raw-pages.ts';

export const CSV_HEADER = 'at,value,quality\n';

/** @returns a line for each reading; texts are quoted after RFC 4180 where they must be, no value is an empty field. */
export function toCsv(readings: readonly RawReading[]): string {
  let lines = '';
  for (const { atMicros, value, quality } of readings) {
    lines += `${formatAt(atMicros)},${field(value)},${quality}\n`;
  }
  return lines;
}

function field(value: RawReading['value']): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // An empty text is quoted too: without quotes it would be no value.
  return value === '' || /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
