import { expect, test } from 'vitest';
import { matchFilter } from './match-filter.ts';

test.each([
  { filter: 'plants/#', topic: 'plants/a/b', matches: true },
  { filter: 'plants/#', topic: 'plants', matches: true },
  { filter: 'plants/#', topic: 'plant/a', matches: false },
  { filter: 'plants/+/b', topic: 'plants/a/b', matches: true },
  { filter: 'plants/+/b', topic: 'plants/a/b/c', matches: false },
  { filter: 'plants/+', topic: 'plants', matches: false },
  { filter: '#', topic: 'a/b', matches: true },
  { filter: '#', topic: '$SYS/x', matches: false },
  { filter: '$share/sentia/plants/#', topic: 'plants/a', matches: true },
  { filter: '$SYS/#', topic: '$SYS/x', matches: true },
])('$filter against $topic: $matches', ({ filter, topic, matches }) => {
  expect(matchFilter(filter, topic)).toBe(matches);
});
