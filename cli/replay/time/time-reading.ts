import { createWallTimeParser } from './wall-time.ts';
import { createZoneClock } from './zone-clock.ts';
import { microsOfEpoch, numberOfTimeCell, TIME_UNITS, type EpochUnit, type TimeUnit } from './number-time.ts';
import { splitTime } from './split-time.ts';

/** How the time of a row is read. All instants are microseconds since 1970 UTC. */
export type TimeReading =
  | { kind: 'row'; unit: TimeUnit; startMicros: number }
  | { kind: 'offset'; unit: TimeUnit; startMicros: number }
  | { kind: 'epoch'; unit: EpochUnit }
  /** `format` is `iso` or a luxon format; `zone` is for cells that name none. */
  | { kind: 'format'; format: string; zone: string };

export interface TimeParser {
  /** @returns null when the cell is not such a time. @param rowIndex counted from 0 */
  parse(cell: string, rowIndex: number): number | null;
  readonly zoneCounts: { skipped: number; repeated: number };
}

const NO_ZONE = { skipped: 0, repeated: 0 };

/** A parser for one pass over the column from top to bottom: the hour that occurs twice is told apart by order. */
export function createTimeParser(reading: TimeReading, decimal: 'point' | 'comma'): TimeParser {
  switch (reading.kind) {
    case 'row':
      return {
        parse: (_cell, rowIndex) => reading.startMicros + rowIndex * TIME_UNITS[reading.unit],
        zoneCounts: NO_ZONE,
      };
    case 'offset':
      return {
        parse: (cell) => {
          const value = numberOfTimeCell(cell.trim(), decimal);
          return value === null ? null : reading.startMicros + Math.round(value * TIME_UNITS[reading.unit]);
        },
        zoneCounts: NO_ZONE,
      };
    case 'epoch':
      return {
        parse: (cell) => {
          const value = numberOfTimeCell(cell.trim(), decimal);
          return value === null ? null : microsOfEpoch(cell.trim(), value, reading.unit);
        },
        zoneCounts: NO_ZONE,
      };
    case 'format':
      return createFormatParser(reading.format, reading.zone);
  }
}

function createFormatParser(format: string, zone: string): TimeParser {
  const parseWall = createWallTimeParser(format);
  const clock = createZoneClock(zone);
  return {
    zoneCounts: clock.counts,
    parse: (cell) => {
      const split = splitTime(cell);
      const wallMs = parseWall(split.base);
      if (wallMs === null) return null;
      const utcMs =
        split.offsetMinutes === null ? clock.toUtc(wallMs) : wallMs - split.offsetMinutes * 60_000;
      return utcMs * 1000 + split.fractionMicros;
    },
  };
}
