import { expect, test } from 'vitest';
import { formatUnit } from './format-unit.ts';

test.each([
  [null, ''],
  ['Cel', '°C'],
  ['bar', 'bar'],
  ['mm/s', 'mm/s'],
  ['{bottles}/min', 'bottles/min'],
  ['1/min', '/min'],
  ['1', ''],
  ['m3/h', 'm³/h'],
  ['kW.h', 'kWh'],
  ['N.m', 'N·m'],
  ['um', 'µm'],
  ['%', '%'],
])('the unit %s reads "%s"', (code, text) => {
  expect(formatUnit(code)).toBe(text);
});
