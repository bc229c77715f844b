import { expect, test } from 'vitest';
import { toMicros } from './read-time.ts';

const AT = Date.UTC(2025, 10, 20, 12, 0, 0) * 1000;

test.each([
  { name: 'epoch seconds', raw: 1763640000, micros: AT },
  { name: 'epoch seconds with a fraction', raw: 1763640000.123456, micros: AT + 123_456 },
  { name: 'epoch milliseconds', raw: 1763640000123, micros: AT + 123_000 },
  { name: 'epoch microseconds', raw: 1763640000123456, micros: AT + 123_456 },
  { name: 'epoch nanoseconds, exact and cut off', raw: 1763640000123456789n, micros: AT + 123_456 },
  { name: 'epoch seconds as text', raw: '1763640000', micros: AT },
  { name: 'epoch nanoseconds as text', raw: '1763640000123456999', micros: AT + 123_456 },
  { name: 'ISO in UTC', raw: '2025-11-20T12:00:00Z', micros: AT },
  { name: 'ISO without a zone, read as UTC', raw: '2025-11-20T12:00:00', micros: AT },
  { name: 'ISO with a space and without seconds', raw: '2025-11-20 12:00', micros: AT },
  { name: 'ISO with an offset', raw: '2025-11-20T17:30:00+05:30', micros: AT },
  { name: 'ISO with a short negative offset', raw: '2025-11-20T04:00:00-08', micros: AT },
  { name: 'ISO with nanoseconds', raw: '2025-11-20T12:00:00.123456789Z', micros: AT + 123_456 },
  { name: 'ISO with tenths after a comma', raw: '2025-11-20T12:00:00,5Z', micros: AT + 500_000 },
  { name: 'a date', raw: '2025-11-20', micros: AT - 12 * 3600e6 },
])('$name is understood', ({ raw, micros }) => {
  expect(toMicros(raw)).toBe(micros);
});

test.each([
  '',
  'now',
  '2025-02-30',
  '2025-13-01',
  '2025-11-20T25:00',
  '20.11.2025 12:00',
  '2025-11-20T12:00+99:00',
  true,
  {},
  Number.NaN,
])('%j is no time', (raw) => {
  expect(toMicros(raw)).toBeNull();
});
