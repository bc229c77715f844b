/** ISO 8601 in UTC: three decimals of a second, six where the microseconds are not zero. */
export function isoOfMicros(micros: number): string {
  const ms = Math.floor(micros / 1000);
  const rest = micros - ms * 1000;
  const iso = new Date(ms).toISOString();
  return rest === 0 ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

/** Short, for people: no seconds where there are none. */
export function shortTime(micros: number): string {
  return isoOfMicros(micros).replace(/(:00)?\.000Z$/, 'Z');
}
