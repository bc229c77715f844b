import type { Shift } from '../layout/plant-spec.ts';
import type { LinePlace } from './line-place.ts';
import type { SiteDay } from './site-calendar.ts';
import { overlaps, type Span } from './spans.ts';

export interface ShiftSpan extends Span {
  shift: Shift;
}

const STARTS: Record<Shift, number> = { early: 6, late: 14, night: 22 };
const SHIFT_HOURS = 8;

/** The worked shifts that touch the day, whole: the night that began the evening before is among them. */
export function shiftSpans({ spec, calendar }: LinePlace, day: SiteDay): ShiftSpan[] {
  return [calendar.shift(day, -1), day]
    .flatMap((begun) =>
      (spec.shifts[begun.weekday - 1] ?? []).map((shift) => ({
        shift,
        fromS: calendar.clockTime(begun, STARTS[shift]),
        toS: calendar.clockTime(begun, STARTS[shift] + SHIFT_HOURS),
      })),
    )
    .filter((span) => overlaps(span, day));
}
