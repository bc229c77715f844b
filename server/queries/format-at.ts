/** @returns ISO 8601 in UTC with Z: three decimals of a second, six where the microseconds are not zero. */
export function formatAt(atMicros: number): string {
  const micros = ((atMicros % 1000) + 1000) % 1000;
  const iso = new Date((atMicros - micros) / 1000).toISOString();
  return micros === 0 ? iso : `${iso.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
