/** Formatters are costly to make and there are few: one per zone and shape, made once. Zones come from sites, so the bound is theirs. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(
  timeZone: string,
  shape: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${timeZone} ${shape}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: knownZone(timeZone),
    hourCycle: 'h23',
    ...options,
  });
  formatters.set(key, made);
  return made;
}

/** A zone that this runtime does not know must not take the page down: UTC, and `zoneLabel` says so. */
function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return 'UTC';
    throw error;
  }
}

const HOUR_MINUTE = { hour: '2-digit', minute: '2-digit' } as const;
const TO_THE_SECOND = { ...HOUR_MINUTE, second: '2-digit' } as const;
const DAY_MS = 86_400_000;
const DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const;

/** `11:42` in the zone. */
export const formatClock = (at: number, timeZone: string) =>
  formatter(timeZone, 'hm', HOUR_MINUTE).format(at);

/** `11:42:07` in the zone. */
export const formatSeconds = (at: number, timeZone: string) =>
  formatter(timeZone, 'hms', TO_THE_SECOND).format(at);

/** `Thu 20 Nov` in the zone. */
export const formatDay = (at: number, timeZone: string) =>
  formatter(timeZone, 'day', DAY).format(at).replace(',', '');

/** `11:42` when it was today, `Thu 11:42` within a week, else its day: a bare time must never be read as today's. */
export function formatSince(at: number, now: number, timeZone: string): string {
  const age = Math.abs(now - at);
  if (age < DAY_MS && formatDay(at, timeZone) === formatDay(now, timeZone)) return formatClock(at, timeZone);
  if (age < 6 * DAY_MS) return `${formatDay(at, timeZone).slice(0, 3)} ${formatClock(at, timeZone)}`;
  const year = age > 180 * DAY_MS ? ({ year: 'numeric' } as const) : {};
  return formatter(timeZone, `date ${age > 180 * DAY_MS}`, {
    day: 'numeric',
    month: 'short',
    ...year,
  }).format(at);
}

/** `Thu 20 Nov 11:42`, or `20 Nov 2018 11:42` when it is more than half a year away. */
export function formatDayTime(at: number, now: number, timeZone: string): string {
  const far = Math.abs(now - at) > 180 * 86_400_000;
  const day = far
    ? formatter(timeZone, 'date', { day: 'numeric', month: 'short', year: 'numeric' }).format(at)
    : formatDay(at, timeZone);
  return `${day} ${formatClock(at, timeZone)}`;
}

/** `11:42:07`, with its day when that is another than the one it is compared with: `Thu 23:58:01`. */
export function formatMoment(at: number, beside: number, timeZone: string): string {
  const day = formatDay(at, timeZone);
  return `${day === formatDay(beside, timeZone) ? '' : `${day.slice(0, 3)} `}${formatSeconds(at, timeZone)}`;
}

/** `2026-11-20 11:42:07` in the zone: for tables, where times are compared. */
export function formatStamp(at: number, timeZone: string): string {
  const date = formatter(timeZone, 'iso', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(at);
  const part = (type: string) => date.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${formatSeconds(at, timeZone)}`;
}

/** `Europe/Berlin, CET`: the zone by both its names. */
export function zoneLabel(at: number, timeZone: string): string {
  const zone = knownZone(timeZone);
  const short = formatter(timeZone, 'zone', { timeZoneName: 'short' })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value;
  return short === undefined || short === zone ? zone : `${zone}, ${short}`;
}
