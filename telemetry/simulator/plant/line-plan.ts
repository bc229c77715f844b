import { randomOf, type LinePlace } from './line-place.ts';
import { shiftSpans } from './shift-spans.ts';
import type { SiteDay } from './site-calendar.ts';
import { clip, complement, overlaps, type Span } from './spans.ts';

export type PlannedReason = 'no shift' | 'planned maintenance' | 'cleaning' | 'break' | 'product change';

export interface PlannedStop extends Span {
  reason: PlannedReason;
}

/** What a line means to do on one day: the stops that are planned and, between them, the time for production. */
export interface LinePlan {
  stops: PlannedStop[];
  /** Where a production order ends and the next begins, with the time it takes. */
  changeovers: PlannedStop[];
  free: Span[];
}

const BREAK_S = 30 * 60;
/** Nothing but the shift pattern happens this near to midnight, so that neighbouring days fit without knowing each other. */
const QUIET_AROUND_MIDNIGHT_S = 15 * 60;
const MIN_BETWEEN_CHANGEOVERS_S = 100 * 60;
/** A line runs for a while between two planned stops, so none stands for an hour but for maintenance. */
const MIN_RUN_S = 20 * 60;

export function planLine(place: LinePlace, day: SiteDay): LinePlan {
  const { spec, calendar } = place;
  const shifts = shiftSpans(place, day);
  const stops: PlannedStop[] = complement(shifts, day).map((span) => ({ ...span, reason: 'no shift' }));

  const add = (fromS: number, lengthS: number, reason: PlannedReason) => {
    const stop = { fromS, toS: fromS + lengthS, reason };
    if (fromS >= day.fromS && stop.toS <= day.toS && !stops.some((other) => overlaps(other, stop)))
      stops.push(stop);
  };
  if (day.weekday === spec.maintenance.weekday) {
    add(calendar.clockTime(day, spec.maintenance.hour), spec.maintenance.minutes * 60, 'planned maintenance');
  }
  if (spec.cleaning !== null)
    add(calendar.clockTime(day, spec.cleaning.hour), spec.cleaning.minutes * 60, 'cleaning');
  for (const shift of shifts) add(shift.fromS + spec.breakAfterMinutes * 60, BREAK_S, 'break');

  const changeovers = planChangeovers(place, day, complement(stops, day));
  stops.sort((a, b) => a.fromS - b.fromS);
  return { stops, changeovers, free: complement([...stops, ...changeovers], day) };
}

/** Spread over the day's production time, each where it fits whole. */
function planChangeovers(place: LinePlace, day: SiteDay, free: readonly Span[]): PlannedStop[] {
  const random = randomOf(place, day, 'changeovers');
  const [least, most] = place.spec.changeoversADay;
  const wanted = random.whole(least, most);
  const quiet = { fromS: day.fromS + QUIET_AROUND_MIDNIGHT_S, toS: day.toS - QUIET_AROUND_MIDNIGHT_S };
  const changeovers: PlannedStop[] = [];
  for (let n = 0; n < wanted; n++) {
    const lengthS = random.whole(18, 42) * 60;
    const share = (n + random.between(0.2, 0.8)) / wanted;
    const room = free
      .map((span) => clip(span, quiet))
      .filter((span): span is Span => span !== null)
      .map((span) => ({ fromS: span.fromS + MIN_RUN_S, toS: span.toS - MIN_RUN_S - lengthS }))
      .filter((span) => span.fromS < span.toS)
      .flatMap((span) =>
        complement(
          changeovers.map((other) => ({
            fromS: other.fromS - lengthS - MIN_BETWEEN_CHANGEOVERS_S,
            toS: other.toS + MIN_BETWEEN_CHANGEOVERS_S,
          })),
          span,
        ),
      );
    const fromS = instantAtShare(room, share);
    if (fromS !== null) changeovers.push({ fromS, toS: fromS + lengthS, reason: 'product change' });
  }
  return changeovers.sort((a, b) => a.fromS - b.fromS);
}

/** The whole minute at which that share of the spans' time has passed. */
function instantAtShare(spans: readonly Span[], share: number): number | null {
  let leftS = spans.reduce((sum, span) => sum + span.toS - span.fromS, 0) * share;
  for (const span of spans) {
    if (leftS < span.toS - span.fromS)
      return Math.max(span.fromS, Math.floor((span.fromS + leftS) / 60) * 60);
    leftS -= span.toS - span.fromS;
  }
  return null;
}
