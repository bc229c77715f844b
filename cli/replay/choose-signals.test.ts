import { expect, test } from 'vitest';
import { chooseSignals, type ColumnOptions } from './choose-signals.ts';

const options: ColumnOptions = {
  time: 'date',
  columns: null,
  except: [],
  text: [],
  units: new Map(),
  listedUnits: new Map(),
};
const choose = (headers: string[], given: Partial<ColumnOptions> = {}) =>
  chooseSignals(headers, { ...options, ...given });

test('every column but the time becomes a signal', () => {
  const { time, signals } = choose(['date', 'Torque ', 'flow m3/h']);
  expect(time).toEqual([0]);
  expect(signals.map(({ index, signal }) => [index, signal])).toEqual([
    [1, 'Torque'],
    [2, 'flow m3.h'],
  ]);
});

test('columns are found trimmed and without regard to case', () => {
  expect(choose([' Date ', 'a']).time).toEqual([0]);
});

test('the row number needs no column', () => {
  expect(choose(['UDI', 'Torque'], { time: '#row' })).toMatchObject({
    time: [],
    signals: [{ index: 0 }, { index: 1 }],
  });
});

test('a date and a clock in two columns are joined', () => {
  expect(choose(['Day', 'Clock', 'v'], { time: 'Day+Clock' }).time).toEqual([0, 1]);
});

test('columns can be chosen, left out, declared as text and given units', () => {
  const headers = ['date', 'a', 'b', 'c'];
  expect(choose(headers, { columns: ['a', 'b'] }).signals.map((s) => s.signal)).toEqual(['a', 'b']);
  expect(choose(headers, { except: ['b'] }).signals.map((s) => s.signal)).toEqual(['a', 'c']);
  expect(choose(headers, { text: ['a'], units: new Map([['c', 'kW']]) }).signals).toMatchObject([
    { signal: 'a', forceText: true, unit: null },
    { signal: 'b', forceText: false },
    { signal: 'c', unit: 'kW' },
  ]);
});

test('a list of units may hold more columns than the file', () => {
  const listedUnits = new Map([
    ['a', 'kW'],
    ['z', 'Cel'],
  ]);
  expect(choose(['date', 'a'], { listedUnits }).signals[0]?.unit).toBe('kW');
  expect(choose(['date', 'a'], { listedUnits, units: new Map([['a', 'W']]) }).signals[0]?.unit).toBe('W');
});

test('an unknown column is refused with the ones there are', () => {
  expect(() => choose(['date', 'a'], { time: 'timestamp' })).toThrow(
    '--time "timestamp": no such column. The file has: date, a.',
  );
});

test('two columns with one name are refused unless one is left out', () => {
  expect(() => choose(['date', 'a/b', 'a.b'])).toThrow(
    'Columns 2 ("a/b") and 3 ("a.b") would both be the signal "a.b".',
  );
  expect(choose(['date', 'a/b', 'a.b'], { except: ['a/b'] }).signals).toHaveLength(1);
});

test('a file with nothing but times is refused', () => {
  expect(() => choose(['date'])).toThrow('No column is left to publish beside the time.');
});
