export type Gap = readonly [from: number, to: number];

export interface GapList {
  /** Adds what of this gap lies within the range; nothing where that is empty. */
  add(gap: Gap): void;
  /** By time. `omitted` counts the gaps that were left out. */
  result(): { gaps: Gap[]; omitted: number };
}

/** Keeps the gaps within [from, to], of too many the longest `max`. Its memory is bounded by twice that. */
export function createGapList(from: number, to: number, max: number): GapList {
  let gaps: Gap[] = [];
  let omitted = 0;

  function thin(): void {
    if (gaps.length <= max) return;
    gaps.sort((a, b) => length(b) - length(a) || a[0] - b[0]);
    omitted += gaps.length - max;
    gaps = gaps.slice(0, max);
  }

  return {
    add: (gap) => {
      const clipped: Gap = [Math.max(gap[0], from), Math.min(gap[1], to)];
      if (length(clipped) <= 0) return;
      gaps.push(clipped);
      if (gaps.length >= 2 * max) thin();
    },
    result: () => {
      thin();
      return { gaps: [...gaps].sort((a, b) => a[0] - b[0]), omitted };
    },
  };
}

function length(gap: Gap): number {
  return gap[1] - gap[0];
}
