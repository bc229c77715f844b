import { expect, test } from 'vitest';
import { createCopyChoice } from './copy-choice.ts';

/** How many batches look first before one is copied again. */
function looks(choice: ReturnType<typeof createCopyChoice>): number {
  for (let batches = 0; ; batches++) if (choice.wayOf('live', 1_000) === 'copy') return batches;
}

test('batches are copied until one meets rows, after that ever more look first, and copied again after a success', () => {
  const choice = createCopyChoice('look');
  expect(looks(choice)).toBe(0);
  const seen = Array.from({ length: 7 }, () => {
    choice.metRows('live');
    return looks(choice);
  });
  expect(seen).toEqual([4, 8, 16, 16, 16, 16, 16]);
  choice.copied('live');
  choice.metRows('live');
  expect(looks(choice)).toBe(4);
});

test('a replay in the late lane leaves the live one alone', () => {
  const choice = createCopyChoice('look');
  choice.metRows('late');
  expect(choice.wayOf('late', 1_000)).toBe('look');
  expect(choice.wayOf('live', 1_000)).toBe('copy');
});

test('few rows are inserted, and do not count as a try', () => {
  const choice = createCopyChoice('look');
  choice.metRows('live');
  for (let i = 0; i < 100; i++) expect(choice.wayOf('live', 10)).toBe('insert');
  expect(looks(choice)).toBe(4);
});
