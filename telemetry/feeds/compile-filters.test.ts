import { expect, test } from 'vitest';
import { compileFilters } from './compile-filters.ts';

test.each([
  { filter: 'plants/#', topic: 'plants/a/b', matches: true },
  { filter: 'plants/#', topic: 'plants', matches: true },
  { filter: 'plants/#', topic: 'plant/a', matches: false },
  { filter: 'plants/#', topic: 'plantss', matches: false },
  { filter: 'plants/+/b', topic: 'plants/a/b', matches: true },
  { filter: 'plants/+/b', topic: 'plants//b', matches: true },
  { filter: 'plants/+/b', topic: 'plants/a/b/c', matches: false },
  { filter: 'plants/+', topic: 'plants', matches: false },
  { filter: 'plants/+/#', topic: 'plants/a', matches: true },
  { filter: 'plants/a.b', topic: 'plants/aXb', matches: false },
  { filter: 'plants/#', topic: 'plants/a\nb', matches: true },
  { filter: '#', topic: 'a/b', matches: true },
  { filter: '#', topic: '$SYS/x', matches: false },
  { filter: '+/x', topic: '$SYS/x', matches: false },
  { filter: '$share/sentia/plants/#', topic: 'plants/a', matches: true },
  { filter: '$SYS/#', topic: '$SYS/x', matches: true },
])('$filter against $topic: $matches', ({ filter, topic, matches }) => {
  expect(compileFilters([filter])(topic)).toBe(matches);
});

test('one of several filters is enough', () => {
  const matches = compileFilters(['plants/#', 'spBv1.0/#']);
  expect([matches('spBv1.0/g/DDATA/n/d'), matches('plants/a'), matches('else/a')]).toEqual([
    true,
    true,
    false,
  ]);
});
