import { disturbancesOf, type Disturbances } from './disturbances.ts';
import { faultsOf, type LineFault } from './line-faults.ts';
import type { LinePlan } from './line-plan.ts';
import { randomOf, type LinePlace } from './line-place.ts';
import { machineTimeline, type Segment } from './machine-timeline.ts';
import type { OrderBook, PlantOrder } from './order-book.ts';
import { pieceFlow, type PieceFlow } from './piece-flow.ts';
import type { SiteDay } from './site-calendar.ts';

/** Everything that is true of one line on one day, before sensors look at it. */
export interface LineDay {
  day: SiteDay;
  plan: LinePlan;
  orders: PlantOrder[];
  faults: LineFault[];
  machines: MachineDay[];
}

export interface MachineDay {
  segments: Segment[];
  flow: PieceFlow;
  /** How much faster or slower than its segments say it runs, to keep pace with the machine behind it. */
  factor: number;
  disturbances: Disturbances;
}

/** A machine that keeps pace never exceeds the ideal: usual speed is 0.96 at most. */
const FACTORS = { least: 0.92, most: 1.04 };

export function computeLineDay(
  place: LinePlace,
  day: SiteDay,
  planOf: (day: SiteDay) => LinePlan,
  book: OrderBook,
): LineDay {
  const plan = planOf(day);
  const orders = book.touching(day);
  const faults = faultsOf(place, day, plan);
  const machines: MachineDay[] = [];
  // From the last machine to the first, so that each makes what the one behind it takes.
  let taken: number | null = null;
  for (const [index, spec] of [...place.spec.machines.entries()].reverse()) {
    const segments = machineTimeline(place, day, { plan, orders, faults }, index);
    const rejectShare = spec.rejectShare * randomOf(place, day, `rejects ${spec.machine}`).between(0.6, 1.7);
    const alone = pieceFlow(segments, rejectShare, 1);
    const factor: number =
      taken === null || alone.good === 0
        ? 1
        : Math.min(FACTORS.most, Math.max(FACTORS.least, taken / alone.good));
    const flow = factor === 1 ? alone : pieceFlow(segments, rejectShare, factor);
    taken = flow.good + flow.reject;
    machines.unshift({ segments, flow, factor, disturbances: disturbancesOf(place, day, spec) });
  }
  return { day, plan, orders, faults, machines };
}
