/** A stretch of time in whole seconds since 1970 UTC, `toS` not included. */
export interface Span {
  fromS: number;
  toS: number;
}

/** The part of `span` inside `within`; null when there is none. */
export function clip<T extends Span>(span: T, within: Span): T | null {
  const fromS = Math.max(span.fromS, within.fromS);
  const toS = Math.min(span.toS, within.toS);
  return fromS < toS ? { ...span, fromS, toS } : null;
}

/** What `within` holds beside the spans, which may overlap and stand in any order. */
export function complement(spans: readonly Span[], within: Span): Span[] {
  const free: Span[] = [];
  let atS = within.fromS;
  for (const span of [...spans].sort((a, b) => a.fromS - b.fromS)) {
    if (span.fromS > atS) free.push({ fromS: atS, toS: Math.min(span.fromS, within.toS) });
    atS = Math.max(atS, span.toS);
    if (atS >= within.toS) return free;
  }
  if (atS < within.toS) free.push({ fromS: atS, toS: within.toS });
  return free;
}

export function overlaps(a: Span, b: Span): boolean {
  return a.fromS < b.toS && b.fromS < a.toS;
}

/** Lays `span` over a tiling: what was there is cut away, so the tiling stays one. */
export function paint<T extends Span>(tiles: readonly T[], span: T): T[] {
  const painted: T[] = [];
  let laid = false;
  for (const tile of tiles) {
    if (!overlaps(tile, span)) {
      if (!laid && tile.fromS >= span.toS) {
        painted.push(span);
        laid = true;
      }
      painted.push(tile);
      continue;
    }
    if (tile.fromS < span.fromS) painted.push({ ...tile, toS: span.fromS });
    if (!laid) painted.push(span);
    laid = true;
    if (tile.toS > span.toS) painted.push({ ...tile, fromS: span.toS });
  }
  if (!laid) painted.push(span);
  return painted;
}

/** The index of the span that holds `atS` in a tiling; the nearest one outside it. */
export function indexAt(tiles: readonly { fromS: number }[], atS: number): number {
  let low = 0;
  let high = tiles.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tiles[middle]?.fromS ?? Infinity) <= atS) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first of the spans that holds `atS`. */
export function spanAt<T extends Span>(spans: readonly T[], atS: number): T | null {
  return spans.find((span) => atS >= span.fromS && atS < span.toS) ?? null;
}
