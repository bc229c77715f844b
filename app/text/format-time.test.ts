import { expect, test } from 'vitest';
import {
  formatClock,
  formatDayTime,
  formatMoment,
  formatSince,
  formatStamp,
  zoneLabel,
} from './format-time.ts';

const at = Date.parse('2026-11-20T10:42:07Z');

test('times are told in the zone of the site', () => {
  expect(formatClock(at, 'Europe/Berlin')).toBe('11:42');
  expect(formatStamp(at, 'Europe/Berlin')).toBe('2026-11-20 11:42:07');
});

test('midnight is 00:00 and belongs to the new day', () => {
  expect(formatStamp(Date.parse('2026-11-19T23:00:00Z'), 'Europe/Berlin')).toBe('2026-11-20 00:00:00');
});

test('a time of another day carries its day, a far one its year', () => {
  expect(formatSince(at, at + 3_600_000, 'Europe/Berlin')).toBe('11:42');
  expect(formatSince(at, at + 86_400_000, 'Europe/Berlin')).toBe('Fri 11:42');
  expect(formatSince(at, at + 10 * 86_400_000, 'Europe/Berlin')).toBe('20 Nov');
  expect(formatSince(at, at + 400 * 86_400_000, 'Europe/Berlin')).toBe('20 Nov 2026');
  expect(formatDayTime(Date.parse('2018-01-01T00:15:00Z'), at, 'UTC')).toBe('1 Jan 2018 00:15');
});

test('a moment of another day than its neighbours names its day', () => {
  expect(formatMoment(at, at + 60_000, 'Europe/Berlin')).toBe('11:42:07');
  expect(formatMoment(at, at + 13 * 3_600_000, 'Europe/Berlin')).toBe('Fri 11:42:07');
});

test('a zone that nobody knows is shown as the UTC it falls back to', () => {
  expect(zoneLabel(at, 'Europe/Berlin')).toBe('Europe/Berlin, CET');
  expect(zoneLabel(at, 'Mars/Olympus')).toBe('UTC');
});
