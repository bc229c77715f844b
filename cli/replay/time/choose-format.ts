import { usualStep, type Candidate, type Evidence } from './candidate.ts';

export type Choice =
  { ok: true; candidate: Candidate; why: string | null } | { ok: false; rivals: readonly Candidate[] };

/** A wrong reading of day and month jumps by months; this much more movement than the right one is evidence. */
const CLEARLY_MORE = 3;

/**
 * Which reading the column itself speaks for: the one that reads most cells; among equals the one that runs in order
 * while the others step back, or that moves much less at the same usual step. Daily and monthly rows of one year's
 * first days look alike in both readings: then nothing is chosen.
 * @param rows cells that are not empty
 */
export function chooseFormat(candidates: readonly Candidate[], rows: number): Choice | null {
  const best = candidates.reduce((most, { evidence }) => Math.max(most, evidence.parsed), 0);
  if (best === 0) return null;
  const equals = candidates.filter(({ evidence }) => evidence.parsed === best);
  const readings = equals.filter(
    (candidate, i) =>
      !equals.slice(0, i).some((earlier) => sameReading(earlier.evidence, candidate.evidence)),
  );
  const [first, ...others] = readings;
  if (first === undefined) return null;
  if (others.length === 0) {
    const loser = candidates.find(({ evidence }) => evidence.parsed > 0 && evidence.parsed < best);
    if (loser === undefined) return { ok: true, candidate: first, why: null };
    return {
      ok: true,
      candidate: first,
      why: `${cells(rows - loser.evidence.parsed)} cannot be ${loser.format}`,
    };
  }
  const winner = readings.find((candidate) =>
    readings.every((other) => other === candidate || beats(candidate.evidence, other.evidence)),
  );
  if (winner === undefined) return { ok: false, rivals: readings };
  const loser = readings.find((other) => other !== winner);
  return {
    ok: true,
    candidate: winner,
    why: `as ${loser?.format ?? 'any other'} the times would jump about`,
  };
}

function cells(count: number): string {
  return count === 1 ? '1 cell' : `${count.toLocaleString('en')} cells`;
}

function sameReading(a: Evidence, b: Evidence): boolean {
  return a.minMs === b.minMs && a.maxMs === b.maxMs && a.variationMs === b.variationMs;
}

function beats(a: Evidence, b: Evidence): boolean {
  const disorder = (evidence: Evidence) => Math.min(evidence.backward, evidence.forward);
  if (disorder(a) === 0 && disorder(b) > 0) return true;
  return usualStep(a) === usualStep(b) && b.variationMs >= CLEARLY_MORE * a.variationMs;
}
