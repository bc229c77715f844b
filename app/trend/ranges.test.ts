import { expect, test } from 'vitest';
import { gridFor, pan, rangeNamed, zoom } from './ranges.ts';

const now = Date.parse('2026-11-20T10:42:07.345Z');

test('a grid covers the range with columns of whole milliseconds, no more than there are pixels', () => {
  const grid = gridFor({ kind: 'live', rangeMs: 900_000, asOf: now }, 700);
  expect(grid.columnMs).toBe(1286);
  expect(grid.from).toBeLessThanOrEqual(now - 900_000);
  expect(grid.to).toBeGreaterThan(now);
  expect(grid.to - grid.from).toBe(grid.points * grid.columnMs);
  expect(grid.points).toBeLessThanOrEqual(701);
});

test('grids asked for at different moments have the same columns, so that live readings fall into those of the history', () => {
  const first = gridFor({ kind: 'live', rangeMs: 900_000, asOf: now }, 700);
  const later = gridFor({ kind: 'live', rangeMs: 900_000, asOf: now + 61_234 }, 700);
  expect((later.from - first.from) % first.columnMs).toBe(0);
});

test('a very wide screen does not ask for more columns than the API gives', () => {
  expect(gridFor({ kind: 'live', rangeMs: 28_800_000, asOf: now }, 9_000).points).toBeLessThanOrEqual(2_001);
});

test('panning leaves the live view but never runs ahead of the present', () => {
  const live = { kind: 'live', rangeMs: 60_000, asOf: now } as const;
  const earlier = pan(live, -0.5, now);
  expect(earlier).toEqual({ kind: 'fixed', from: now - 90_000, to: now - 30_000 });
  expect(pan(earlier, 3, now)).toEqual({ kind: 'fixed', from: now - 60_000, to: now });
});

test('zooming keeps the middle and stops at ten seconds', () => {
  const view = { kind: 'fixed', from: now - 100_000, to: now - 60_000 } as const;
  expect(zoom(view, 0.5, now)).toEqual({ kind: 'fixed', from: now - 90_000, to: now - 70_000 });
  expect(zoom(view, 0.01, now)).toEqual({ kind: 'fixed', from: now - 85_000, to: now - 75_000 });
});

test('an unknown range is the shortest', () => {
  expect(rangeNamed('8h').words).toBe('8 h');
  expect(rangeNamed('eternity').words).toBe('15 min');
});
