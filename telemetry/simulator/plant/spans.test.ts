import { expect, test } from 'vitest';
import { complement, indexAt, paint } from './spans.ts';

const span = (fromS: number, toS: number, name = '') => ({ fromS, toS, name });

test('what is painted cuts away what was there, and the tiling stays one', () => {
  const tiles = [span(0, 10, 'a'), span(10, 20, 'b')];
  expect(paint(tiles, span(5, 15, 'x'))).toEqual([span(0, 5, 'a'), span(5, 15, 'x'), span(15, 20, 'b')]);
  expect(paint(tiles, span(2, 4, 'x'))).toEqual([
    span(0, 2, 'a'),
    span(2, 4, 'x'),
    span(4, 10, 'a'),
    span(10, 20, 'b'),
  ]);
  expect(paint(tiles, span(0, 20, 'x'))).toEqual([span(0, 20, 'x')]);
  expect(paint(tiles, span(10, 20, 'x'))).toEqual([span(0, 10, 'a'), span(10, 20, 'x')]);
});

test('the complement is what no span covers, whatever their order', () => {
  const spans = [span(8, 12), span(2, 4), span(3, 5)];
  expect(complement(spans, span(0, 10))).toEqual([
    { fromS: 0, toS: 2 },
    { fromS: 5, toS: 8 },
  ]);
  expect(complement([], span(0, 10))).toEqual([{ fromS: 0, toS: 10 }]);
  expect(complement([span(-5, 50)], span(0, 10))).toEqual([]);
  expect(complement([span(20, 30)], span(0, 10))).toEqual([{ fromS: 0, toS: 10 }]);
});

test('an instant is found in the span that begins at or before it', () => {
  const tiles = [span(0, 10), span(10, 11), span(11, 40)];
  expect([0, 9, 10, 11, 39].map((atS) => indexAt(tiles, atS))).toEqual([0, 0, 1, 2, 2]);
  expect([-5, 99].map((atS) => indexAt(tiles, atS))).toEqual([0, 2]);
});
