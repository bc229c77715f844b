import type { LinePlan } from './line-plan.ts';
import { randomOf, type LinePlace } from './line-place.ts';
import type { SiteDay } from './site-calendar.ts';
import { clip, type Span } from './spans.ts';

/** Something that goes wrong on a line beyond a micro-stop. */
export type LineFault = Span & { reason: string } & (
    | { kind: 'breakdown'; machine: number; driftFromS: number | null }
    | { kind: 'wait' }
    | { kind: 'slow'; speed: number }
  );

const QUIET_AROUND_MIDNIGHT_S = 15 * 60;
/** Every fault and what it does to the neighbours is over by then, before a planned stop or the next fault begins. */
const SETTLE_S = 6 * 60;
const MAX_BREAKDOWN_S = 45 * 60;
/** After so long without a stop that reaches the line's end, one comes: no shift is perfect. */
const MAX_GOOD_S = 3 * 3600;
/** What the day before may have gone well at its end. */
const GOOD_AT_MIDNIGHT_S = 2 * 3600;

/** The faults of a line's day, apart from each other and each within one stretch of production. */
export function faultsOf(place: LinePlace, day: SiteDay, plan: LinePlan): LineFault[] {
  const random = randomOf(place, day, 'faults');
  const trouble = place.spec.trouble * random.between(0.7, 1.45);
  const quiet = { fromS: day.fromS + QUIET_AROUND_MIDNIGHT_S, toS: day.toS - QUIET_AROUND_MIDNIGHT_S };
  /** A stop of that length anywhere on the line is felt by every machine of it. */
  const feltByAllS = place.spec.machines.length * place.spec.bufferS + 60;
  let goodSinceS = day.fromS - GOOD_AT_MIDNIGHT_S;
  const repairs = new Map<number, number>();
  const faults: LineFault[] = [];
  for (const free of plan.free) {
    const room = clip(free, quiet);
    if (room === null) continue;
    let atS = room.fromS + random.whole(6, 40) * 60;
    while (atS < room.toS - 2 * SETTLE_S) {
      const fault = draw(atS);
      if (fault.toS + SETTLE_S <= room.toS) {
        faults.push(fault);
        if (fault.kind !== 'slow' && fault.toS - fault.fromS >= feltByAllS) goodSinceS = fault.toS;
      }
      atS = fault.toS + SETTLE_S + Math.round((random.between(12, 75) * 60) / trouble);
    }
  }
  return faults;

  function draw(fromS: number): LineFault {
    if (fromS - goodSinceS > MAX_GOOD_S) return wait(fromS, feltByAllS + random.whole(60, 240));
    const dice = random.between(0, 1);
    if (dice < 0.42) {
      const machine = random.whole(0, place.spec.machines.length - 1);
      const reasons = place.spec.machines[machine]?.breakdownReasons ?? [];
      // Most repairs are short, a few are long: the cube of an even draw.
      const severity = random.between(0, 1) ** 3 * Math.min(1.5, trouble);
      const lengthS = Math.min(MAX_BREAKDOWN_S, Math.round(180 + 2400 * severity));
      const leadS = random.whole(20 * 60, 60 * 60);
      // A machine fails for one cause at a time: the drift begins after its last repair.
      const repairedS = repairs.get(machine) ?? day.fromS;
      const drifts = random.chance(0.75) && fromS - leadS >= repairedS;
      repairs.set(machine, fromS + lengthS);
      return {
        kind: 'breakdown',
        machine,
        reason: random.pick(reasons),
        fromS,
        toS: fromS + lengthS,
        driftFromS: drifts ? fromS - leadS : null,
      };
    }
    if (dice < 0.72) return wait(fromS, random.whole(120, 480));
    return {
      kind: 'slow',
      reason: 'reduced speed',
      speed: random.between(0.6, 0.84),
      fromS,
      toS: fromS + random.whole(8 * 60, 35 * 60),
    };
  }
  function wait(fromS: number, lengthS: number): LineFault {
    return { kind: 'wait', reason: random.pick(place.spec.supplyReasons), fromS, toS: fromS + lengthS };
  }
}
