import { expect, test } from 'vitest';
import { rolledTier } from './rolled-tier.ts';

const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;
const FLOORS = { raw: 0, '1m': 0, '1h': 0 };

test.each([
  ['59 s', 59_000_000, 'raw'],
  ['1 min', MINUTE, '1m'],
  ['59 min', 59 * MINUTE, '1m'],
  ['1 h', 60 * MINUTE, '1h'],
  ['3 days', 3 * DAY, '1d'],
])('columns of %s are read from the tier that fits', (_, width, tier) => {
  const question = { fromMicros: 10 * DAY, toMicros: 10 * DAY + 7 * width, points: 7 };
  expect(rolledTier(question, FLOORS)).toBe(tier);
});

test('a range whose readings are gone is read from what is left', () => {
  const question = { fromMicros: 10 * DAY, toMicros: 10 * DAY + 100 * MINUTE, points: 1000 };
  expect(rolledTier(question, { ...FLOORS, raw: 10 * DAY })).toBe('raw');
  expect(rolledTier(question, { ...FLOORS, raw: 11 * DAY })).toBe('1m');
  expect(rolledTier(question, { ...FLOORS, raw: 11 * DAY, '1m': 11 * DAY })).toBe('1h');
  expect(rolledTier(question, { raw: 11 * DAY, '1m': 11 * DAY, '1h': 11 * DAY })).toBe('1d');
});
