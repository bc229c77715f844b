import { createWallTimeParser, type WallTimeParser } from './wall-time.ts';
import type { SplitTime } from './split-time.ts';

/** One way to read a whole column, with the evidence for it gathered row by row in constant memory. */
export interface Candidate {
  readonly format: string;
  take(cell: string, line: number, split: SplitTime): boolean;
  readonly evidence: Evidence;
}

export interface Evidence {
  parsed: number;
  minMs: number;
  maxMs: number;
  /** Steps back in time. */
  backward: number;
  forward: number;
  /** Sum of all steps, back and forth: a wrong reading jumps about. */
  variationMs: number;
  /** How many steps have which size, by powers of two of milliseconds. */
  steps: number[];
  firstFailure: { line: number; cell: string } | null;
}

export function createCandidate(format: string): Candidate {
  const parse: WallTimeParser = createWallTimeParser(format);
  const evidence: Evidence = {
    parsed: 0,
    minMs: Infinity,
    maxMs: -Infinity,
    backward: 0,
    forward: 0,
    variationMs: 0,
    steps: [],
    firstFailure: null,
  };
  let beforeMs: number | null = null;
  return {
    format,
    evidence,
    take: (cell, line, split) => {
      const wallMs = parse(split.base);
      if (wallMs === null) {
        evidence.firstFailure ??= { line, cell };
        return false;
      }
      const ms = wallMs - (split.offsetMinutes ?? 0) * 60_000 + split.fractionMicros / 1000;
      evidence.parsed += 1;
      evidence.minMs = Math.min(evidence.minMs, ms);
      evidence.maxMs = Math.max(evidence.maxMs, ms);
      if (beforeMs !== null && ms !== beforeMs) {
        const step = Math.abs(ms - beforeMs);
        if (ms < beforeMs) evidence.backward += 1;
        else evidence.forward += 1;
        evidence.variationMs += step;
        const bucket = Math.max(0, Math.round(Math.log2(step)));
        evidence.steps[bucket] = (evidence.steps[bucket] ?? 0) + 1;
      }
      beforeMs = ms;
      return true;
    },
  };
}

/** The usual step as a power of two of milliseconds; null without steps. */
export function usualStep(evidence: Evidence): number | null {
  const total = evidence.backward + evidence.forward;
  let seen = 0;
  for (let bucket = 0; bucket < evidence.steps.length; bucket++) {
    seen += evidence.steps[bucket] ?? 0;
    if (total > 0 && seen * 2 >= total) return bucket;
  }
  return null;
}
