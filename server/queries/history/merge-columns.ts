/** A column's figures as one page of history gives them; `first` is null where an earlier page has begun the column. */
export type PageColumn = readonly [
  column: number,
  min: number,
  max: number,
  first: number | null,
  last: number | null,
  count: number,
];

export interface ColumnFigures {
  min: number;
  max: number;
  first: number;
  last: number;
  count: number;
}

export interface ColumnMerge {
  /** Takes pages in order of time; within a page the order does not matter. */
  add(page: readonly PageColumn[]): void;
  /** By column. */
  columns(): [column: number, figures: ColumnFigures][];
}

/** Joins the columns of one page after another, so that a column that straddles pages is whole. */
export function createColumnMerge(): ColumnMerge {
  const columns = new Map<number, ColumnFigures>();
  return {
    add: (page) => {
      for (const [column, min, max, first, last, count] of page) {
        const known = columns.get(column);
        columns.set(column, {
          min: Math.min(min, known?.min ?? min),
          max: Math.max(max, known?.max ?? max),
          first: known?.first ?? first ?? min,
          last: last ?? known?.last ?? max,
          count: count + (known?.count ?? 0),
        });
      }
    },
    columns: () => [...columns].sort(([a], [b]) => a - b),
  };
}
