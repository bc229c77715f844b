import { expect, test } from 'vitest';
import { chooseKeySignals, type KeySignalCandidate } from './key-signals.ts';

function chosen(signals: readonly [string, string | null, KeySignalCandidate['kind']?][]): string[] {
  const candidates = signals.map(([signal, unit, kind = 'number'], signalId) => ({
    signalId,
    signal,
    unit,
    kind,
  }));
  return chooseKeySignals(candidates).map((id) => signals[id]?.[0] ?? '');
}

test('condition comes first: temperature, speed, pressure, vibration', () => {
  expect(
    chosen([
      ['vibration', 'mm/s'],
      ['power', 'kW'],
      ['temperature', 'Cel'],
      ['pressure', 'bar'],
      ['speed', '/min'],
    ]),
  ).toEqual(['temperature', 'speed', 'pressure', 'vibration']);
});

test('counters, texts and booleans are not telling', () => {
  expect(
    chosen([
      ['good', '1'],
      ['rejectCount', null],
      ['energy_total', 'kW.h'],
      ['state', null, 'text'],
      ['door', null, 'boolean'],
      ['level', null],
    ]),
  ).toEqual(['level']);
});

test('a machine that only counts shows its counters', () => {
  expect(
    chosen([
      ['good', '1'],
      ['reject', '1'],
    ]),
  ).toEqual(['good', 'reject']);
});

test('one of each quantity is shown before a second of the same', () => {
  expect(
    chosen([
      ['zone1', 'Cel'],
      ['zone2', 'Cel'],
      ['zone3', 'Cel'],
      ['speed', '/min'],
      ['plain', null],
    ]),
  ).toEqual(['zone1', 'speed', 'zone2', 'zone3']);
});

test('without units the first four by name are shown, numbers in names counted as people do', () => {
  expect(
    chosen([
      ['tag10', null],
      ['tag2', null],
      ['tag1', null],
      ['tag3', null],
      ['tag4', null],
    ]),
  ).toEqual(['tag1', 'tag2', 'tag3', 'tag4']);
});

test('the order in which signals are given does not matter', () => {
  const signals: [string, string | null][] = [
    ['a', 'Cel'],
    ['b', 'bar'],
    ['c', null],
    ['d', 'A'],
    ['e', 'kW'],
    ['f', null],
  ];
  expect(chosen([...signals].reverse())).toEqual(chosen(signals));
});
