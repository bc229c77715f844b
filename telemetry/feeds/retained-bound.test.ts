import { expect, test } from 'vitest';
import { createRetainedBound } from './retained-bound.ts';

test('topics and bytes are bounded, replacing and clearing give room back', () => {
  const bound = createRetainedBound({ maxTopics: 2, maxBytes: 100 });
  expect(bound.admits('a', 60)).toBe(true);
  expect(bound.admits('b', 60)).toBe(false);
  expect(bound.admits('b', 40)).toBe(true);
  expect(bound.admits('c', 1)).toBe(false);
  expect(bound.admits('a', 10)).toBe(true);
  expect(bound.admits('c', 1)).toBe(false);
  expect(bound.admits('b', 0)).toBe(true);
  expect(bound.admits('c', 90)).toBe(true);
});
