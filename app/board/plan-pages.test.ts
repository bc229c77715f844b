import { expect, test } from 'vitest';
import { planPages } from './plan-pages.ts';

const linesByPage = (machines: number[]) => planPages(machines).map((page) => page.lines.length);

test('one small line stands alone, written larger', () => {
  expect(planPages([1])).toEqual([{ lines: [0], heights: [4.4], scale: 1.1 }]);
});

test('three lines of four machines share one page', () => {
  expect(linesByPage([4, 5, 4])).toEqual([3]);
});

test('five lines of five machines turn pages that are about equally full', () => {
  expect(linesByPage([5, 5, 5, 5, 5])).toEqual([3, 2]);
});

test('seven small lines are shown as four and three, not as six and one', () => {
  expect(linesByPage([2, 2, 2, 2, 2, 2, 2])).toEqual([4, 3]);
});

test('thirty lines turn pages, none of which is fuller than is readable, and no line is lost', () => {
  const machines = Array.from({ length: 30 }, (_, i) => 1 + (i % 12));
  const pages = planPages(machines);
  expect(pages.flatMap((page) => page.lines)).toEqual(machines.map((_, i) => i));
  for (const page of pages) expect(page.heights.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(30);
});

test('no line, no page', () => {
  expect(planPages([])).toEqual([]);
});
