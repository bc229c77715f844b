import { indexAt } from './spans.ts';
import type { Segment } from './machine-timeline.ts';

/** Pieces of a machine since its counters were reset, as a line with corners: exact at every second. */
export interface PieceFlow {
  corners: FlowCorner[];
  /** At the end of the day. */
  good: number;
  reject: number;
}

interface FlowCorner {
  fromS: number;
  good: number;
  reject: number;
  goodPerS: number;
  rejectPerS: number;
}

/** After a long stop the first pieces are worse. */
const START_UP_AFTER_S = 5 * 60;
const START_UP_S = 4 * 60;
const START_UP_REJECTS = 8;

/** @param factor what this machine makes of its segments' speed so that it keeps pace with its neighbours. */
export function pieceFlow(segments: readonly Segment[], rejectShare: number, factor: number): PieceFlow {
  const corners: FlowCorner[] = [];
  let good = 0;
  let reject = 0;
  let stoodS = 0;
  const add = (fromS: number, toS: number, piecesPerS: number, share: number) => {
    const goodPerS = piecesPerS * (1 - share);
    const rejectPerS = piecesPerS * share;
    corners.push({ fromS, good, reject, goodPerS, rejectPerS });
    good += goodPerS * (toS - fromS);
    reject += rejectPerS * (toS - fromS);
  };
  for (const segment of segments) {
    if (segment.speed === 0) {
      add(segment.fromS, segment.toS, 0, 0);
      stoodS += segment.toS - segment.fromS;
      continue;
    }
    const piecesPerS = (segment.speed * segment.piecesAnHour * factor) / 3600;
    const startUpToS =
      stoodS >= START_UP_AFTER_S ? Math.min(segment.toS, segment.fromS + START_UP_S) : segment.fromS;
    if (startUpToS > segment.fromS)
      add(segment.fromS, startUpToS, piecesPerS, rejectShare * START_UP_REJECTS);
    if (startUpToS < segment.toS) add(startUpToS, segment.toS, piecesPerS, rejectShare);
    stoodS = 0;
  }
  return { corners, good, reject };
}

/**
 * The two counters at an instant. Each is rounded down by itself: so neither ever goes back, and what was produced is
 * their sum.
 */
export function countsAt(flow: PieceFlow, atS: number): { good: number; reject: number } {
  const corner = flow.corners[indexAt(flow.corners, atS)];
  if (corner === undefined) return { good: 0, reject: 0 };
  const passedS = atS - corner.fromS;
  return {
    good: Math.floor(corner.good + corner.goodPerS * passedS + ROUNDING),
    reject: Math.floor(corner.reject + corner.rejectPerS * passedS + ROUNDING),
  };
}

/** Sums of thirds and sevenths come out a hair below whole numbers; no count depends on that hair. */
const ROUNDING = 1e-6;
