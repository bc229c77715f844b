import { expect, test } from 'vitest';
import { createCommitTimes, RESUME_WINDOW_MS } from './commit-times.ts';

test('before anything is known only what lies after the begin can be continued', () => {
  expect(createCommitTimes(41).floor(1e12)).toBe(41);
});

test('the floor is the last position that was committed before the window', () => {
  const times = createCommitTimes(0);
  for (let position = 1; position <= 100; position++) times.add(position, position * 1000);
  expect(times.floor(62_000)).toBe(0);
  expect(times.floor(RESUME_WINDOW_MS + 10_500)).toBe(10);
  expect(times.floor(RESUME_WINDOW_MS + 100_001)).toBe(100);
});

test('with nothing written for hours the last position stays the floor', () => {
  const times = createCommitTimes(0);
  times.add(5, 1000);
  times.add(6, 1050);
  expect(times.floor(1e9)).toBe(6);
});

test('a clock that steps back does not bring old positions back', () => {
  const times = createCommitTimes(0);
  times.add(1, 100_000);
  times.add(2, 99_000);
  times.add(3, 200_000);
  expect(times.floor(100_001 + RESUME_WINDOW_MS)).toBe(2);
  expect(times.floor(200_001 + RESUME_WINDOW_MS)).toBe(3);
});

test('positions that come faster than every 100 ms are kept together, the last of them counts', () => {
  const times = createCommitTimes(0);
  for (let position = 1; position <= 10; position++) times.add(position, 1000 + position);
  expect(times.floor(1000 + RESUME_WINDOW_MS)).toBe(0);
  expect(times.floor(1200 + RESUME_WINDOW_MS)).toBe(10);
});
