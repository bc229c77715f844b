import { expect, test } from 'vitest';
import { createZoneClock } from './zone-clock.ts';

const wall = (text: string) => Date.parse(`${text}Z`);
const read = (zone: string, ...walls: string[]) => {
  const clock = createZoneClock(zone);
  return {
    times: walls.map((text) => new Date(clock.toUtc(wall(text))).toISOString()),
    counts: clock.counts,
  };
};

test('summer and winter time are told apart', () => {
  const { times } = read('Europe/Berlin', '2018-01-01T12:00', '2018-07-01T12:00');
  expect(times).toEqual(['2018-01-01T11:00:00.000Z', '2018-07-01T10:00:00.000Z']);
});

test('the hour that occurs twice is read twice when the column passes it twice', () => {
  const { times, counts } = read(
    'Europe/Berlin',
    '2018-10-28T01:30',
    '2018-10-28T02:00',
    '2018-10-28T02:30',
    '2018-10-28T02:00',
    '2018-10-28T02:30',
    '2018-10-28T03:00',
  );
  expect(times).toEqual([
    '2018-10-27T23:30:00.000Z',
    '2018-10-28T00:00:00.000Z',
    '2018-10-28T00:30:00.000Z',
    '2018-10-28T01:00:00.000Z',
    '2018-10-28T01:30:00.000Z',
    '2018-10-28T02:00:00.000Z',
  ]);
  expect(counts).toEqual({ skipped: 0, repeated: 4 });
});

test('rows that share one time in the doubled hour stay at one instant', () => {
  const { times } = read('Europe/Berlin', '2018-10-28T02:30', '2018-10-28T02:30');
  expect(times[0]).toBe(times[1]);
});

test('a wall clock that was skipped moves on by the gap and is counted', () => {
  const { times, counts } = read('Europe/Berlin', '2018-03-25T01:45', '2018-03-25T02:30', '2018-03-25T03:45');
  expect(times).toEqual(['2018-03-25T00:45:00.000Z', '2018-03-25T01:30:00.000Z', '2018-03-25T01:45:00.000Z']);
  expect(counts).toEqual({ skipped: 1, repeated: 0 });
});

test('zones west of Greenwich and of half hours are read', () => {
  expect(read('America/New_York', '2018-07-01T12:00').times).toEqual(['2018-07-01T16:00:00.000Z']);
  expect(read('Asia/Kolkata', '2018-07-01T12:00').times).toEqual(['2018-07-01T06:30:00.000Z']);
});
