import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

const at = Date.UTC(2026, 0, 31, 6) * 1000;

test('numbers are written so that they read back as the same number', () => {
  const values = [71.2, -0.1, 1e-7, 1e21, 123456789.123456, Number.MAX_VALUE, Number.MIN_VALUE, 0.1 + 0.2];
  for (const value of values) {
    const [, field] = toCsv([{ atMicros: at, value, quality: 'good' }]).split(',');
    expect(Number(field)).toBe(value);
  }
});

test.each([
  ['running', 'running'],
  ['9007199254740993', '9007199254740993'],
  ['a,b', '"a,b"'],
  ['say "stop"', '"say ""stop"""'],
  ['two\nlines', '"two\nlines"'],
  ['carriage\rreturn', '"carriage\rreturn"'],
  [' edge ', '" edge "'],
  ['', '""'],
])('the text %j is written %j', (value, written) => {
  expect(toCsv([{ atMicros: at, value, quality: 'uncertain' }])).toBe(
    `2026-01-31T06:00:00.000Z,${written},uncertain\n`,
  );
});

test('no value is an empty field, and microseconds show only where there are any', () => {
  expect(
    toCsv([
      { atMicros: at, value: null, quality: 'bad' },
      { atMicros: at + 250, value: 1, quality: 'good' },
    ]),
  ).toBe('2026-01-31T06:00:00.000Z,,bad\n2026-01-31T06:00:00.000250Z,1,good\n');
});
