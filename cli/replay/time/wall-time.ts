import { DateTime } from 'luxon';

/** Milliseconds of a wall clock, counted as if it stood in UTC; null when the text is not of the format. */
export type WallTimeParser = (base: string) => number | null;

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/** @returns a parser for `iso` or a luxon format whose cells hold no zone. */
export function createWallTimeParser(format: string): WallTimeParser {
  if (format === 'iso') return parseIso;
  const parser = DateTime.buildFormatParser(format, { locale: 'en' });
  return (base) => {
    const parsed = DateTime.fromFormatParser(normaliseMeridiem(base), parser, { zone: 'utc', locale: 'en' });
    return parsed.isValid ? parsed.toMillis() : null;
  };
}

function normaliseMeridiem(base: string): string {
  return base.replace(/([AaPp])\.?([Mm])\.?$/, '$1$2');
}

function parseIso(base: string): number | null {
  const match = ISO.exec(base);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || day === undefined) return null;
  if (hour === undefined || minute === undefined || second === undefined) return null;
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && minute + second > 0)) return null;
  const midnight = Date.UTC(year, month - 1, day);
  const back = new Date(midnight);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return null;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}
