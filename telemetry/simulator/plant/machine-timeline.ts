import type { MachineState } from '../../../contracts/machine-state.ts';
import type { MachineSpec } from '../layout/plant-spec.ts';
import type { LineFault } from './line-faults.ts';
import type { LinePlan } from './line-plan.ts';
import { randomOf, type LinePlace } from './line-place.ts';
import type { PlantOrder } from './order-book.ts';
import type { SiteDay } from './site-calendar.ts';
import { clip, overlaps, paint, type Span } from './spans.ts';

/** A stretch in which one machine does one thing. A day's segments tile it to the second. */
export interface Segment extends Span {
  state: Exclude<MachineState, 'unknown'>;
  /** Null while it runs as it should. */
  reason: string | null;
  /** Share of the ideal speed; 0 when it stands. */
  speed: number;
  /** The ideal of the order that runs. */
  piecesAnHour: number;
}

/** Below a minute the buffers between machines absorb what a neighbour does. */
const MIN_NEIGHBOUR_STOP_S = 75;
const RECOVERY_S = 8;

/** What machine number `index` of the line does on that day. */
export function machineTimeline(
  place: LinePlace,
  day: SiteDay,
  line: { plan: LinePlan; orders: readonly PlantOrder[]; faults: readonly LineFault[] },
  index: number,
): Segment[] {
  const machine = place.spec.machines[index];
  if (machine === undefined) throw new Error(`line ${place.spec.line} has no machine number ${index}`);
  let segments: Segment[] = line.orders.flatMap((order) => {
    const span = clip({ fromS: order.fromS, toS: order.toS }, day);
    return span === null
      ? []
      : [
          {
            ...span,
            state: 'running' as const,
            reason: null,
            speed: order.usualSpeed,
            piecesAnHour: order.piecesAnHour,
          },
        ];
  });
  const lay = (span: Span, change: Pick<Segment, 'state' | 'reason'> & { slowed?: number }) => {
    for (const under of segments.filter((segment) => overlaps(segment, span))) {
      const part = clip(under, span);
      if (part === null) continue;
      const { slowed = 0, ...rest } = change;
      segments = paint(segments, { ...part, ...rest, speed: under.speed * slowed });
    }
  };

  for (const stop of line.plan.stops) lay(stop, { state: 'planned_stop', reason: stop.reason });
  for (const stop of line.plan.changeovers) lay(stop, { state: 'changeover', reason: stop.reason });
  for (const fault of line.faults) {
    if (fault.kind === 'slow') lay(fault, { state: 'running', reason: fault.reason, slowed: fault.speed });
    else layStop(fault);
  }
  for (const stop of microStops(place, day, machine, segments))
    lay(stop, { state: 'idle', reason: stop.reason });
  return joined(segments);

  function layStop(fault: LineFault & { kind: 'breakdown' | 'wait' }): void {
    const origin = fault.kind === 'breakdown' ? fault.machine : 0;
    if (index === origin) {
      lay(fault, { state: fault.kind === 'breakdown' ? 'breakdown' : 'idle', reason: fault.reason });
      return;
    }
    const distance = Math.abs(index - origin);
    const felt = {
      fromS: fault.fromS + distance * place.spec.bufferS,
      toS: fault.toS + distance * RECOVERY_S,
    };
    if (felt.toS - felt.fromS < MIN_NEIGHBOUR_STOP_S) return;
    const name = place.spec.machines[origin]?.machine ?? '';
    lay(felt, { state: 'idle', reason: index < origin ? `blocked by ${name}` : `waiting for ${name}` });
  }
}

/** Stops of under a minute that an operator clears; they stay on their machine. */
function microStops(
  place: LinePlace,
  day: SiteDay,
  machine: MachineSpec,
  segments: readonly Segment[],
): (Span & { reason: string })[] {
  const random = randomOf(place, day, `micro-stops ${machine.machine}`);
  const stops: (Span & { reason: string })[] = [];
  for (const segment of segments) {
    if (segment.state !== 'running') continue;
    let fromS = segment.fromS + random.whole(90, 2400);
    for (;;) {
      const toS = fromS + random.whole(6, 48);
      if (toS + 60 > segment.toS) break;
      stops.push({ fromS, toS, reason: random.pick(machine.microStopReasons) });
      fromS = toS + Math.round(random.between(240, 2700) / place.spec.trouble);
    }
  }
  return stops;
}

/** Neighbours that say the same become one. */
function joined(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    const last = result.at(-1);
    const same =
      last !== undefined &&
      last.state === segment.state &&
      last.reason === segment.reason &&
      last.speed === segment.speed &&
      last.piecesAnHour === segment.piecesAnHour;
    if (same) result[result.length - 1] = { ...last, toS: segment.toS };
    else result.push(segment);
  }
  return result;
}
