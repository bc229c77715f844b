const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365.25 * DAY_MS;

/** An age in one unit, at most four characters wide, so that it fits its fixed slot: `7 s`, `12 min`, `3 h`, `41 d`, `8 y`. */
export function formatAge(ms: number): string {
  const age = Math.max(0, ms);
  if (age < MINUTE_MS) return `${Math.floor(age / 1000)} s`;
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min`;
  if (age < DAY_MS) return `${Math.floor(age / HOUR_MS)} h`;
  if (age < YEAR_MS) return `${Math.floor(age / DAY_MS)} d`;
  return `${Math.floor(age / YEAR_MS)} y`;
}

/** How long something has lasted, in two units where one is too coarse: `42 s`, `6 min`, `2 h 18 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < HOUR_MS) return formatAge(length);
  if (length < DAY_MS) {
    const minutes = Math.floor((length % HOUR_MS) / MINUTE_MS);
    return minutes === 0 ? formatAge(length) : `${Math.floor(length / HOUR_MS)} h ${minutes} min`;
  }
  const hours = Math.floor((length % DAY_MS) / HOUR_MS);
  return hours === 0 || length > 9 * DAY_MS
    ? formatAge(length)
    : `${Math.floor(length / DAY_MS)} d ${hours} h`;
}
