import { expect, test } from 'vitest';
import { splitTime } from './split-time.ts';

test.each([
  { cell: '01-01-2018 00:15', base: '01-01-2018 00:15', fractionMicros: 0, offsetMinutes: null },
  { cell: '2018-01-01', base: '2018-01-01', fractionMicros: 0, offsetMinutes: null },
  { cell: '01-01-2018', base: '01-01-2018', fractionMicros: 0, offsetMinutes: null },
  { cell: '2018-01-01T00:15:00Z', base: '2018-01-01T00:15:00', fractionMicros: 0, offsetMinutes: 0 },
  {
    cell: '2018-01-01 00:15:00.123456789+02:00',
    base: '2018-01-01 00:15:00',
    fractionMicros: 123_456,
    offsetMinutes: 120,
  },
  { cell: '1.2.2018 0:15:00,5', base: '1.2.2018 0:15:00', fractionMicros: 500_000, offsetMinutes: null },
  {
    cell: '1/2/2018 1:15:00.25 PM',
    base: '1/2/2018 1:15:00 PM',
    fractionMicros: 250_000,
    offsetMinutes: null,
  },
  { cell: '2018-01-01 00:15 -0530', base: '2018-01-01 00:15', fractionMicros: 0, offsetMinutes: -330 },
  { cell: '20180101T001500+0100', base: '20180101T001500', fractionMicros: 0, offsetMinutes: 60 },
  { cell: '20180101', base: '20180101', fractionMicros: 0, offsetMinutes: null },
  { cell: '2018-01-01 00:15:00 UTC', base: '2018-01-01 00:15:00', fractionMicros: 0, offsetMinutes: 0 },
])('"$cell" is taken apart', ({ cell, ...parts }) => {
  expect(splitTime(cell)).toEqual(parts);
});
