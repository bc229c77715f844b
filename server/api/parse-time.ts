const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:([Zz])|([+\- ])(\d{2}):?(\d{2}))?$/;
const EPOCH_MS = /^\d{1,16}(\.\d{1,9})?$/;
const EXAMPLE = 'like 2026-01-31T06:00:00Z, or milliseconds since 1970';

export type ParsedTime = { ok: true; micros: number } | { ok: false; message: string };

/**
 * Reads a time of a query to the microsecond: ISO 8601 with a zone, or milliseconds since 1970. A space where an offset
 * has its sign is a "+" that was not escaped in the URL.
 */
export function parseTime(text: string): ParsedTime {
  if (EPOCH_MS.test(text)) return within(Math.round(Number(text) * 1000));
  const match = ISO.exec(text);
  if (match === null) return { ok: false, message: `must be a time in ISO 8601 ${EXAMPLE}` };
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second = '0',
    fraction = '',
    zulu,
    sign,
    offsetHour,
    offsetMinute,
  ] = match;
  if (zulu === undefined && sign === undefined) {
    return { ok: false, message: 'has no time zone: end it with Z, or with an offset like %2B01:00' };
  }
  const fields = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const localMs = Date.UTC(fields[0], fields[1] - 1, ...fields.slice(2));
  const local = new Date(localMs);
  // Date.UTC carries over: 30 February would be 1 or 2 March.
  const carried =
    local.getUTCMonth() !== fields[1] - 1 ||
    local.getUTCDate() !== fields[2] ||
    local.getUTCHours() !== fields[3] ||
    local.getUTCMinutes() !== fields[4] ||
    local.getUTCSeconds() !== fields[5];
  const offsetMinutes = Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0);
  if (carried || Number(offsetMinute ?? 0) > 59 || offsetMinutes > 18 * 60) {
    return { ok: false, message: `is no time that exists: it must be ${EXAMPLE}` };
  }
  const offsetMs = (sign === '-' ? -1 : 1) * offsetMinutes * 60_000;
  return within((localMs - offsetMs) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6)));
}

/** Microseconds stay exact up to the year 2255; no reading is older than 2000. */
function within(micros: number): ParsedTime {
  if (micros < 0) return { ok: false, message: 'must not be before 1970' };
  if (!Number.isSafeInteger(micros)) return { ok: false, message: 'must be before the year 2255' };
  return { ok: true, micros };
}
