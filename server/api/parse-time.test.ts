import { expect, test } from 'vitest';
import { parseTime } from './parse-time.ts';

const JAN_31 = Date.UTC(2026, 0, 31, 6, 7, 8) * 1000;

test.each([
  ['2026-01-31T06:07:08Z', JAN_31],
  ['2026-01-31T06:07:08.5Z', JAN_31 + 500_000],
  ['2026-01-31T06:07:08,250001Z', JAN_31 + 250_001],
  ['2026-01-31T06:07:08.123456789Z', JAN_31 + 123_456],
  ['2026-01-31 06:07:08z', JAN_31],
  ['2026-01-31T06:07Z', JAN_31 - 8_000_000],
  ['2026-01-31T07:07:08+01:00', JAN_31],
  ['2026-01-31T07:07:08 01:00', JAN_31],
  ['2026-01-31T01:37:08-0430', JAN_31],
  ['1769839628000', JAN_31],
  ['1769839628000.001', JAN_31 + 1],
  ['0', 0],
])('%s is a time', (text, micros) => {
  expect(parseTime(text)).toEqual({ ok: true, micros });
});

test.each([
  ['yesterday', /ISO 8601/],
  ['2026-01-31', /ISO 8601/],
  ['31.01.2026 06:07', /ISO 8601/],
  ['2026-01-31T06:07:08', /no time zone/],
  ['2026-02-30T00:00:00Z', /exists/],
  ['2026-13-01T00:00:00Z', /exists/],
  ['2026-01-31T24:00:00Z', /exists/],
  ['2026-01-31T06:60:00Z', /exists/],
  ['2026-01-31T06:07:08+25:00', /exists/],
  ['-1', /ISO 8601/],
  ['1e12', /ISO 8601/],
  ['NaN', /ISO 8601/],
  ['1969-12-31T23:59:59Z', /1970/],
  ['9999999999999', /2255/],
  ['9999-12-31T23:59:59Z', /2255/],
])('%s is refused with the reason', (text, reason) => {
  const parsed = parseTime(text);
  expect(parsed.ok ? '' : parsed.message).toMatch(reason);
});
