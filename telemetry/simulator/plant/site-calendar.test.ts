import { expect, test } from 'vitest';
import { createSiteCalendar } from './site-calendar.ts';

const at = (iso: string) => Date.parse(iso) / 1000;
const berlin = createSiteCalendar('Europe/Berlin');

test.each([
  ['2026-11-20', 24, '2026-11-19T23:00Z'],
  ['2026-03-29', 23, '2026-03-28T23:00Z'],
  ['2026-10-25', 25, '2026-10-24T22:00Z'],
])('%s has %i hours in Berlin', (date, hours, from) => {
  const day = berlin.dayAt(at(`${date}T12:00Z`));
  expect(day).toMatchObject({ date, fromS: at(from), toS: at(from) + hours * 3600 });
  expect(berlin.dayAt(day.fromS)).toEqual(day);
  expect(berlin.dayAt(day.toS - 1)).toEqual(day);
  expect(berlin.dayAt(day.toS).fromS).toBe(day.toS);
});

test('clock times are what the wall clock shows, also after a night in which it changed', () => {
  const day = berlin.dayAt(at('2026-03-28T12:00Z'));
  expect(berlin.clockTime(day, 6)).toBe(at('2026-03-28T05:00Z'));
  expect(berlin.clockTime(day, 30)).toBe(at('2026-03-29T04:00Z'));
  expect(berlin.clockTime(day, 13.5)).toBe(at('2026-03-28T12:30Z'));
});

test('days are counted without a hole over a change of clocks', () => {
  const day = berlin.dayAt(at('2026-10-23T12:00Z'));
  const later = berlin.shift(day, 5);
  expect(later).toMatchObject({ date: '2026-10-28', weekday: 3, number: day.number + 5 });
  expect(berlin.shift(later, -5)).toEqual(day);
});
