import { expect, test } from 'vitest';
import { createRepeatFinder } from './find-repeats.ts';

type Cell = [micros: number, column: number, value: number | string];

function repeatsOf(cells: readonly Cell[], cellsARow = 1) {
  const finder = createRepeatFinder(cells.length);
  for (const [micros] of cells) finder.mark(micros);
  const passes = finder.passes(cellsARow);
  for (let pass = 0; pass < passes; pass++) {
    for (const [micros, column, value] of cells) finder.count(pass, micros, column, value);
    finder.endPass();
  }
  return { passes, ...finder.repeats };
}

test('a column in order needs no second pass', () => {
  const cells = Array.from({ length: 10_000 }, (_, i): Cell => [i * 1e6, 0, i]);
  expect(repeatsOf(cells)).toEqual({ passes: 0, same: 0, different: 0 });
});

test('rows that follow one another at one time are compared', () => {
  expect(
    repeatsOf([
      [1e6, 0, 5],
      [1e6, 0, 5],
      [1e6, 0, 6],
      [2e6, 0, 5],
    ]),
  ).toEqual({ passes: 1, same: 1, different: 1 });
});

test('a time that returns later is compared with its first value', () => {
  expect(
    repeatsOf([
      [1e6, 0, 5],
      [2e6, 0, 6],
      [1e6, 0, 7],
      [2e6, 0, 6],
      [1e6, 0, 5],
    ]),
  ).toEqual({ passes: 1, same: 2, different: 1 });
});

test('different columns at one time are different pairs', () => {
  expect(
    repeatsOf([
      [1e6, 0, 5],
      [1e6, 1, 5],
    ]),
  ).toMatchObject({ same: 0, different: 0 });
});

test('a text and a number are different values', () => {
  expect(
    repeatsOf([
      [1e6, 0, 5],
      [1e6, 0, '5'],
    ]),
  ).toMatchObject({ same: 0, different: 1 });
});

test('steps back to times that were not there before count nothing', () => {
  const cells = Array.from({ length: 20_000 }, (_, i): Cell => [(20_000 - i) * 1e6, 0, i]);
  expect(repeatsOf(cells)).toMatchObject({ same: 0, different: 0 });
});

test('a file that stands there twice is counted exactly, in more than one pass', () => {
  const once = Array.from({ length: 150_000 }, (_, i): Cell => [1.5e15 + i * 1e6, 0, i % 7]);
  expect(repeatsOf([...once, ...once], 4)).toEqual({ passes: 3, same: 150_000, different: 0 });
});
