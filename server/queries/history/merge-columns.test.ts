import { expect, test } from 'vitest';
import { seededRandom } from '../../../tests/support/seeded-random.ts';
import { createColumnMerge, type PageColumn } from './merge-columns.ts';

test('a column that straddles pages has the extremes of all, the first of the first and the last of the last', () => {
  const merge = createColumnMerge();
  merge.add([
    [1, 3, 5, 4, 5, 2],
    [0, 1, 2, 1, 2, 2],
  ]);
  merge.add([[1, -7, 4, null, 0, 3]]);
  merge.add([
    [1, 0, 9, null, 9, 1],
    [4, 6, 6, 6, 6, 1],
  ]);
  expect(merge.columns()).toEqual([
    [0, { min: 1, max: 2, first: 1, last: 2, count: 2 }],
    [1, { min: -7, max: 9, first: 4, last: 9, count: 6 }],
    [4, { min: 6, max: 6, first: 6, last: 6, count: 1 }],
  ]);
});

test('however a series is cut into pages, its columns are the same', () => {
  const random = seededRandom(7);
  const series = Array.from({ length: 500 }, (_, i) => ({
    column: Math.floor(i / 13),
    value: random() - 0.5,
  }));
  const inOnePage = createColumnMerge();
  inOnePage.add(pageOf(series, 0));
  for (let round = 0; round < 20; round++) {
    const cut = createColumnMerge();
    for (let from = 0; from < series.length;) {
      const to = from + 1 + Math.floor(random() * 60);
      cut.add(pageOf(series.slice(from, to), from));
      from = to;
    }
    expect(cut.columns()).toEqual(inOnePage.columns());
  }

  /** As the database gives a page: in no order, `first` only for a column that begins in it. */
  function pageOf(part: typeof series, from: number): PageColumn[] {
    const columns = new Map<number, number[]>();
    for (const { column, value } of part) columns.set(column, [...(columns.get(column) ?? []), value]);
    return [...columns]
      .reverse()
      .map(([column, values]) => [
        column,
        Math.min(...values),
        Math.max(...values),
        series[from - 1]?.column === column ? null : values[0]!,
        values.at(-1)!,
        values.length,
      ]);
  }
});
