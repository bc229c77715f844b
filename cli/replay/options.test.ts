import { expect, test } from 'vitest';
import { parseOptions, type RawOptions } from './options.ts';

const raw: RawOptions = { topic: 'plants/a/b/c/d', time: 'date', zone: 'UTC', decimal: 'point' };
const NOW_MS = Date.UTC(2026, 10, 20);

test('without more options a replay runs in real time and in UTC', () => {
  expect(parseOptions(raw, NOW_MS)).toMatchObject({
    speed: 1,
    zone: 'UTC',
    startMicros: null,
    columns: null,
  });
});

test('a start without zone is in the given zone', () => {
  expect(parseOptions({ ...raw, zone: 'Europe/Berlin', start: '2018-07-01T00:00' }, NOW_MS).startMicros).toBe(
    Date.UTC(2018, 5, 30, 22) * 1000,
  );
  expect(parseOptions({ ...raw, start: 'now' }, NOW_MS).startMicros).toBe(NOW_MS * 1000);
});

test('names may be repeated or separated by commas, units follow the last equals sign', () => {
  const options = parseOptions({ ...raw, columns: ['a,b', 'c'], unit: ['flow=m3/h', 'x=y=kW'] }, NOW_MS);
  expect(options.columns).toEqual(['a', 'b', 'c']);
  expect([...options.units]).toEqual([
    ['flow', 'm3/h'],
    ['x=y', 'kW'],
  ]);
});

test.each([
  [{ topic: 'plants/a/b/c' }, /five names/],
  [{ topic: 'plants/a/b/c/d/e' }, /five names/],
  [{ topic: 'plants/a/b/c/+' }, /five names/],
  [{ topic: 'factory/a/b/c/d' }, /must be plants\//],
  [{ topic: 'plants/a/b/c/order' }, /kept for production orders/],
  [{ speed: '0' }, /above 0/],
  [{ speed: 'fast' }, /above 0/],
  [{ speed: '2', max: true }, /not both/],
  [{ zone: 'Mars/Base' }, /IANA/],
  [{ timeUnit: 'weeks' }, /one of d, h, min, s, ms, us/],
  [{ start: 'yesterday' }, /ISO 8601/],
  [{ delimiter: ';;' }, /one character/],
  [{ decimal: 'dot' }, /point or comma/],
  [{ unit: ['kW'] }, /COLUMN=UNIT/],
  [{ units: '/nonexistent.csv' }, /cannot be read/],
])('%j is refused with a clear line', (given: Partial<RawOptions>, line) => {
  expect(() => parseOptions({ ...raw, ...given }, NOW_MS)).toThrow(line);
});
