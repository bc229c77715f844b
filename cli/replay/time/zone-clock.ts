import { IANAZone } from 'luxon';

export interface ZoneClock {
  /**
   * The instant of a wall clock. In the hour that occurs twice, order decides: the earlier instant unless that would
   * step back behind the instant before. A wall clock that was skipped is read with the offset before the change,
   * which moves it on by the length of the gap.
   */
  toUtc(wallMs: number): number;
  readonly counts: { skipped: number; repeated: number };
}

const BUCKET_MS = 15 * 60_000;
const MAX_CACHED = 20_000;
const HALF_DAY_MS = 12 * 3_600_000;

/** Wall clock → UTC for one column read from top to bottom, daylight-saving changes counted. */
export function createZoneClock(zoneName: string): ZoneClock {
  const counts = { skipped: 0, repeated: 0 };
  if (/^(utc|etc\/utc|gmt)$/i.test(zoneName)) return { toUtc: (wallMs) => wallMs, counts };
  const zone = IANAZone.create(zoneName);
  const offsets = new Map<number, number>();
  let beforeMs = -Infinity;

  // Changes of offset fall on quarter hours, and asking Intl costs more than all the rest of a row.
  function offsetMs(utcMs: number): number {
    const bucket = Math.floor(utcMs / BUCKET_MS);
    const known = offsets.get(bucket);
    if (known !== undefined) return known;
    if (offsets.size >= MAX_CACHED) offsets.clear();
    const found = zone.offset(bucket * BUCKET_MS) * 60_000;
    offsets.set(bucket, found);
    return found;
  }

  function resolve(wallMs: number): number {
    const offsetBefore = offsetMs(wallMs - HALF_DAY_MS);
    const offsetAfter = offsetMs(wallMs + HALF_DAY_MS);
    const first = wallMs - offsetBefore;
    if (offsetBefore === offsetAfter) return first;
    const second = wallMs - offsetAfter;
    const firstHolds = offsetMs(first) === offsetBefore;
    const secondHolds = offsetMs(second) === offsetAfter;
    if (firstHolds && secondHolds) {
      counts.repeated += 1;
      const [earlier, later] = first < second ? [first, second] : [second, first];
      return earlier < beforeMs && later >= beforeMs ? later : earlier;
    }
    if (firstHolds) return first;
    if (secondHolds) return second;
    counts.skipped += 1;
    return first;
  }

  return {
    counts,
    toUtc: (wallMs) => {
      const utcMs = resolve(wallMs);
      beforeMs = utcMs;
      return utcMs;
    },
  };
}
