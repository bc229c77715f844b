import { expect, test } from 'vitest';
import { STRIP_MS, stripHours, stripPaths } from './strip-paths.ts';

const until = Date.parse('2026-11-20T12:00:00Z');
const minutesAgo = (minutes: number) => until - minutes * 60_000;
const drawn = (...input: Parameters<typeof stripPaths>) =>
  Object.fromEntries(stripPaths(...input).map(({ state, d }) => [state, d]));

test('a state is drawn from its beginning to the next one, the last to the right edge', () => {
  const paths = drawn(
    [
      [minutesAgo(480), 'running', null],
      [minutesAgo(60), 'idle', null],
    ],
    until,
    null,
  );
  expect(paths).toEqual({ running: 'M0 2h420V12h-420z', idle: 'M420 9h60V12h-60z' });
});

test('what began before the strip is cut at its left edge, what ended before it is not drawn', () => {
  const paths = drawn(
    [
      [minutesAgo(900), 'idle', null],
      [minutesAgo(700), 'running', null],
    ],
    until,
    null,
  );
  expect(paths).toEqual({ running: 'M0 2h480V12h-480z' });
});

test('a breakdown of seconds is still wide enough to be seen, and drawn in front', () => {
  const states: Parameters<typeof stripPaths>[0] = [
    [minutesAgo(100), 'breakdown', null],
    [minutesAgo(100) + 5_000, 'running', null],
  ];
  expect(stripPaths(states, until, null).map(({ state }) => state)).toEqual(['running', 'breakdown']);
  expect(drawn(states, until, null).breakdown).toBe('M380 0h0.8V12h-0.8z');
});

test('from when a machine has said nothing the strip is stale, not in its last state', () => {
  const paths = drawn([[minutesAgo(60), 'running', null]], until, minutesAgo(10));
  expect(paths).toEqual({ running: 'M420 2h50V12h-50z', stale: 'M470 2h10V12h-10z' });
});

test('a machine without states has an empty strip', () => {
  expect(stripPaths([], until, null)).toEqual([]);
});

test('every second full hour is marked where it stands', () => {
  const hours = stripHours(until + 30 * 60_000, 30);
  expect(hours.map(({ at }) => new Date(at).toISOString().slice(11, 16))).toEqual([
    '06:00',
    '08:00',
    '10:00',
    '12:00',
  ]);
  expect(hours.at(-1)?.share).toBeCloseTo(1 - (30 * 60_000) / STRIP_MS);
});
