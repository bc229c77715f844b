import { expect, test } from 'vitest';
import { createTimeDetector, type TimeOptions } from './detect-time.ts';

const options: TimeOptions = {
  header: 'date',
  zone: 'UTC',
  decimal: 'point',
  format: null,
  unit: null,
  startMicros: null,
};
function detect(cells: readonly string[], given: Partial<TimeOptions> = {}) {
  const detector = createTimeDetector({ ...options, ...given });
  cells.forEach((cell, i) => detector.take(cell, i + 2));
  return detector.decide();
}
/** `count` cells from the start, `stepMin` minutes apart, written by `write`. */
function series(start: string, stepMin: number, count: number, write: (d: Date) => string) {
  return Array.from({ length: count }, (_, i) => write(new Date(Date.parse(start) + i * stepMin * 60_000)));
}
const two = (n: number) => String(n).padStart(2, '0');
const dayFirst = (d: Date) =>
  `${two(d.getUTCDate())}-${two(d.getUTCMonth() + 1)}-${d.getUTCFullYear()} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
const monthFirst = (d: Date) =>
  `${d.getUTCMonth() + 1}/${d.getUTCDate()}/${d.getUTCFullYear()} ${d.getUTCHours()}:${two(d.getUTCMinutes())}`;

test('a column with days above 12 is day first, and the reason is said', () => {
  const { described, why } = detect(series('2018-01-01T00:15Z', 15, 2000, dayFirst));
  expect(described).toBe('dd-MM-yyyy HH:mm in UTC');
  expect(why).toMatch(/cells cannot be M-d-yyyy H:mm/);
});

test('a cell far down the column decides between day and month', () => {
  const cells = [...Array.from({ length: 500 }, () => '01/02/2018 10:00'), '12/31/2018 10:00'];
  expect(detect(cells).described).toBe('MM/dd/yyyy HH:mm in UTC');
});

test('quarter hours over twelve days are read in the way that does not jump by months', () => {
  expect(detect(series('2018-02-01T00:00Z', 15, 96 * 10, dayFirst)).described).toBe(
    'dd-MM-yyyy HH:mm in UTC',
  );
  expect(detect(series('2018-02-01T00:00Z', 15, 96 * 10, monthFirst)).described).toBe('M/d/yyyy H:mm in UTC');
});

test('twelve rows that may be days or months are refused with both ways to say it', () => {
  const cells = Array.from({ length: 12 }, (_, i) => `01-${two(i + 1)}-2018`);
  expect(() => detect(cells)).toThrow(/--date-format "dd-MM-yyyy" or --date-format "MM-dd-yyyy"/);
});

test('a column in which both readings agree needs no option', () => {
  expect(detect(['05-05-2018 10:00', '05-05-2018 11:00']).reading.kind).toBe('format');
});

test.each([
  {
    name: 'ISO without zone',
    cells: ['2013-12-02 21:15:00', '2013-12-02 21:20:00'],
    described: 'ISO 8601 in UTC',
  },
  { name: 'ISO with zone', cells: ['2013-12-02T21:15:00.5+01:00'], described: 'ISO 8601 in UTC' },
  { name: 'epoch seconds', cells: ['1514764800', '1514765700.5'], described: 's since 1970 UTC' },
  { name: 'epoch milliseconds', cells: ['1514764800000'], described: 'ms since 1970 UTC' },
  { name: 'epoch nanoseconds', cells: ['1514764800000000001'], described: 'ns since 1970 UTC' },
  { name: 'digits only', cells: ['20180131', '20180201'], described: 'yyyyMMdd in UTC' },
  { name: 'month names', cells: ['1-Feb-18', '28-Feb-18'], described: 'd-MMM-yy in UTC' },
])('$name is recognised', ({ cells, described }) => {
  expect(detect(cells).described).toBe(described);
});

test('an option outweighs what the column looks like', () => {
  const { reading } = detect(['01/02/2018', '03/02/2018'], { format: 'd/M/yyyy', zone: 'Europe/Berlin' });
  expect(reading).toEqual({ kind: 'format', format: 'd/M/yyyy', zone: 'Europe/Berlin' });
});

test('hours since the start take their unit from the name and the start from the option', () => {
  const startMicros = Date.parse('2020-01-01T00:00Z') * 1000;
  expect(detect(['0.00000', '0.16667'], { header: 'time_h', startMicros }).reading).toEqual({
    kind: 'offset',
    unit: 'h',
    startMicros,
  });
});

test('a counting column without a start is refused with what to add', () => {
  expect(() => detect(['0', '1', '2'], { header: 'time_h' })).toThrow(
    'Column "time_h" counts from 0 to 2: say when it starts, e.g. --start 2020-01-01T00:00Z.',
  );
  expect(() => detect(['0', '1', '2'], { header: 'n' })).toThrow(/in which unit, and when it starts/);
});

test('a column that is no time is refused with a line of it', () => {
  expect(() => detect(['M14860', 'L47181'])).toThrow(
    /"date" is not recognised as time: 0 of 2 cells read, line 2 says "M14860"/,
  );
  expect(() => detect(['2018-01-01', 'n/a', 'n/a'])).toThrow(/1 of 3 cells read, line 3 says "n\/a"/);
});

test('a single unreadable cell does not hide what the others are', () => {
  const cells = ['dd-mm-yyyy hh:mm', ...series('2018-01-01T00:15Z', 15, 2000, dayFirst)];
  expect(detect(cells).described).toBe('dd-MM-yyyy HH:mm in UTC');
});
