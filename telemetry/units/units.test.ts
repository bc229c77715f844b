import { expect, test } from 'vitest';
import { knownConversion, knownUnit, learnConversion, learnUnits } from './units.ts';

test.each([
  ['°C', 'Cel'],
  ['degC', 'Cel'],
  ['Celsius', 'Cel'],
  ['°F', '[degF]'],
  ['degF', '[degF]'],
  ['%', '%'],
  ['kPa', 'kPa'],
  ['KPA', 'kPa'],
  ['bar', 'bar'],
  ['psi', '[psi]'],
  ['m3/h', 'm3/h'],
  ['m³/h', 'm3/h'],
  ['m^3/h', 'm3/h'],
  ['l/min', 'l/min'],
  ['l / min', 'l/min'],
  ['kWh', 'kW.h'],
  ['kW·h', 'kW.h'],
  ['rpm', '1/min'],
  ['RPM', '1/min'],
  ['min⁻¹', '1/min'],
  ['µm', 'um'],
  ['Nm', 'N.m'],
  ['MW', 'MW'],
  ['mW', 'mW'],
])('the spelling %s is the UCUM code %s, known without the library', (spelling, code) => {
  expect(knownUnit(spelling)).toBe(code);
});

test('a spelling that means two things in lower case is not guessed at', () => {
  expect(knownUnit('MPA')).toBe('MPa');
  expect(knownUnit('Mw')).toBeUndefined();
});

test.each([
  ['mol/(l.s)', 'mol/(l.s)'],
  ['{bottles}/min', '{bottles}/min'],
  ['bottles', '{bottles}'],
  ['Stück', '{Stück}'],
  ['Nm³/h', '{Nm3/h}'],
])('the unit %s is kept as %s', async (spelling, code) => {
  await learnUnits([spelling]);
  expect(knownUnit(spelling)).toBe(code);
});

test.each([
  ['[degF]', 'Cel', 32, 0],
  ['[degF]', 'Cel', 160, 71.1111111111111],
  ['[degF]', 'Cel', -40, -40],
  ['Cel', '[degF]', 37, 98.6],
  ['Cel', 'K', 25, 298.15],
  ['K', 'Cel', 300.15, 27],
  ['[degF]', 'K', 32, 273.15],
  ['kPa', 'bar', 250, 2.5],
  ['kPa', 'bar', 251.7, 2.517],
  ['bar', 'kPa', 2.517, 251.7],
  ['mbar', 'bar', 1013.25, 1.01325],
  ['[psi]', 'bar', 100, 6.89475729316836],
  ['l/min', 'm3/h', 50, 3],
  ['L/min', 'l/min', 7.3, 7.3],
  ['kW.h', 'MJ', 1, 3.6],
  ['W.h', 'kW.h', 123_456_789_012_345, 123_456_789_012.345],
  ['1/min', 'Hz', 3000, 50],
  ['%', '1', 45.6, 0.456],
  ['{bottles}/min', '{bottles}/h', 7, 420],
])('%s becomes %s: %d is %d, without the noise of arithmetic', async (from, to, value, expected) => {
  const convert = await learnConversion(from, to);
  expect(convert?.(value)).toBe(expected);
  expect(knownConversion(from, to)).toBe(convert);
});

test.each([
  ['Cel', 'bar'],
  ['{bottles}', '{pallets}'],
  ['{bottles}', '%'],
  ['g', 'mol'],
  ['[pH]', 'mol/l'],
  ['dB', '1'],
])('%s does not become %s', async (from, to) => {
  expect(await learnConversion(from, to)).toBeNull();
});
