import type { Segment } from './machine-timeline.ts';
import { indexAt } from './spans.ts';

/** How far a machine's speed and warmth have come at the start of each of its segments. */
export interface Inertia {
  corners: { fromS: number; speed: number; warmth: number; target: number }[];
}

const SPEED_S = 4;
const WARMTH_S = 9 * 60;
/** After so long a time nothing is left of an earlier state: e^(-6 h / 9 min) is below 1e-17. */
const MEMORY_S = 6 * 3600;

/**
 * Speed follows its segment within seconds, warmth within minutes. Starting from the day before, the values run
 * through midnight without a step.
 */
export function inertia(before: readonly Segment[], day: readonly Segment[]): Inertia {
  const first = day[0];
  if (first === undefined) return { corners: [] };
  const remembered = before.filter((segment) => segment.toS > first.fromS - MEMORY_S);
  let speed = remembered[0]?.speed ?? first.speed;
  let warmth = speed;
  const corners: Inertia['corners'] = [];
  for (const segment of [...remembered, ...day]) {
    corners.push({ fromS: segment.fromS, speed, warmth, target: segment.speed });
    const lengthS = segment.toS - segment.fromS;
    speed = approach(speed, segment.speed, lengthS, SPEED_S);
    warmth = approach(warmth, segment.speed, lengthS, WARMTH_S);
  }
  return { corners: corners.slice(remembered.length) };
}

export function inertiaAt(inertia: Inertia, atS: number): { speed: number; warmth: number } {
  const corner = inertia.corners[indexAt(inertia.corners, atS)];
  if (corner === undefined) return { speed: 0, warmth: 0 };
  const passedS = atS - corner.fromS;
  return {
    speed: approach(corner.speed, corner.target, passedS, SPEED_S),
    warmth: approach(corner.warmth, corner.target, passedS, WARMTH_S),
  };
}

function approach(from: number, to: number, passedS: number, timeConstantS: number): number {
  return to + (from - to) * Math.exp(-passedS / timeConstantS);
}
