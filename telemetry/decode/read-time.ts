import { refuse, type Read } from './decoded.ts';
import { show } from './show.ts';

const EARLIEST_MICROS = Date.UTC(2000, 0, 1) * 1000;
const MAX_AHEAD_MS = 5 * 60_000;
const HINT = 'Send ISO 8601 like 2026-11-20T10:15:00Z, or epoch seconds, ms, µs or ns.';

/**
 * Reads `at`: ISO 8601 (no zone = UTC) or epoch seconds, ms, µs or ns, told apart by magnitude, as number or as text;
 * finer than microseconds is cut off. Absent or null means arrival, told as null.
 */
export function readTime(raw: unknown, receivedAtMs: number): Read<number | null> {
  if (raw === undefined || raw === null) return { ok: true, value: null };
  const micros = toMicros(raw);
  if (micros === null) return refuse('bad_time', `"at" is ${show(raw)}, which is no time. ${HINT}`);
  if (micros < EARLIEST_MICROS) {
    return refuse(
      'implausible_time',
      `"at" is ${show(raw)}, read as ${describe(micros)}: before 2000-01-01. Set the sender's clock, or leave "at" out to use the time of arrival.`,
    );
  }
  if (micros > (receivedAtMs + MAX_AHEAD_MS) * 1000) {
    return refuse(
      'future_time',
      `"at" is ${show(raw)}, read as ${describe(micros)}: more than 5 minutes ahead of arrival (${describe(receivedAtMs * 1000)}). Set the sender's clock and zone.`,
    );
  }
  return { ok: true, value: micros };
}

/** @returns whole microseconds since 1970 UTC, or null when `raw` is no time. */
export function toMicros(raw: unknown): number | null {
  if (typeof raw === 'number') return Number.isFinite(raw) ? epochToMicros(raw) : null;
  if (typeof raw === 'bigint') return bigEpochToMicros(raw);
  if (typeof raw !== 'string') return null;
  const text = raw.trim();
  if (/^[+-]?\d{16,40}$/.test(text)) return bigEpochToMicros(BigInt(text.replace('+', '')));
  if (/^[+-]?\d{1,40}(\.\d{0,40})?$/.test(text)) return epochToMicros(Number(text));
  return isoToMicros(text);
}

function epochToMicros(epoch: number): number {
  const size = Math.abs(epoch);
  // Fractions of seconds and ms are doubles: round to the nearest µs, or 0.123456 would come out as 0.123455.
  if (size < 1e11) return Math.round(epoch * 1e6);
  if (size < 1e14) return Math.round(epoch * 1e3);
  if (size < 1e17) return Math.floor(epoch);
  return Math.floor(epoch / 1e3);
}

function bigEpochToMicros(epoch: bigint): number {
  const size = epoch < 0n ? -epoch : epoch;
  if (size < 100_000_000_000_000_000n) return epochToMicros(Number(epoch));
  return Number(epoch / 1000n);
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,20}))?)?(?: ?([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?)?$/;

function isoToMicros(text: string): number | null {
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const number = (i: number) => Number(parts[i] ?? 0);
  const [year, month, day, hour, minute, second] = [
    number(1),
    number(2),
    number(3),
    number(4),
    number(5),
    number(6),
  ];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return null;
  if (number(10) > 18 || number(11) > 59) return null;
  const midnight = Date.UTC(year, month - 1, day);
  if (new Date(midnight).getUTCDate() !== day) return null;
  const offsetMinutes = (number(10) * 60 + number(11)) * (parts[9] === '-' ? -1 : 1);
  const ms = midnight + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000;
  return ms * 1000 + Number((parts[7] ?? '').slice(0, 6).padEnd(6, '0'));
}

function describe(micros: number): string {
  const date = new Date(micros / 1000);
  return Number.isNaN(date.getTime()) ? 'a time far outside the calendar' : date.toISOString();
}
