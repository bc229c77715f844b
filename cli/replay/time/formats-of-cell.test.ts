import { expect, test } from 'vitest';
import { formatsOfCell, padFormat } from './formats-of-cell.ts';
import { createWallTimeParser } from './wall-time.ts';

test.each([
  { cell: '01-02-2018 00:15', formats: ['d-M-yyyy H:mm', 'M-d-yyyy H:mm'] },
  { cell: '1/2/18', formats: ['d/M/yy', 'M/d/yy', 'yy/M/d'] },
  { cell: '2018-02-01 00:15:00', formats: ['iso'] },
  { cell: '2018-02-01T00:15', formats: ['iso'] },
  { cell: '2018-02-01 1:15 PM', formats: ['yyyy-M-d h:mm a'] },
  { cell: '2018/2/1 0:15', formats: ['yyyy/M/d H:mm'] },
  { cell: '01.02.2018, 00:15:30', formats: ['d.M.yyyy, H:mm:ss', 'M.d.yyyy, H:mm:ss'] },
  { cell: '1-Feb-18 00:15', formats: ['d-MMM-yy H:mm'] },
  { cell: 'February 1, 2018 1:15 pm', formats: ['MMMM d, yyyy h:mm a'] },
  { cell: '20180201T001530', formats: ["yyyyMMdd'T'HHmmss"] },
  { cell: '201802010015', formats: ['yyyyMMddHHmm'] },
  { cell: 'n/a', formats: [] },
  { cell: '12.5', formats: [] },
])('the shape of "$cell" allows $formats', ({ cell, formats }) => {
  expect(formatsOfCell(cell)).toEqual(formats);
});

test.each([
  ['01-02-2018 00:15', '2018-02-01T00:15:00.000Z'],
  ['1-Feb-18 00:15', '2018-02-01T00:15:00.000Z'],
  ['February 1, 2018 1:15 p.m.', '2018-02-01T13:15:00.000Z'],
  ['20180201T001530', '2018-02-01T00:15:30.000Z'],
  ['201802010015', '2018-02-01T00:15:00.000Z'],
  ['2018-02-01 24:00', '2018-02-02T00:00:00.000Z'],
  ['3 May 2018', '2018-05-03T00:00:00.000Z'],
])('the first format of "%s" reads it as %s', (cell, instant) => {
  const wallMs = createWallTimeParser(formatsOfCell(cell)[0] ?? '')(cell);
  expect(new Date(wallMs ?? 0).toISOString()).toBe(instant);
});

test.each(['2018-02-29', '2018-13-01', '2018-02-01 24:01', '2018-02-01 00:60'])(
  '"%s" is no time of any calendar',
  (cell) => {
    expect(createWallTimeParser('iso')(cell)).toBeNull();
  },
);

test('a format is shown with two digits where the column has two', () => {
  expect(padFormat('d-M-yyyy H:mm')).toBe('dd-MM-yyyy HH:mm');
  expect(padFormat('d-MMM-yy h:mm a')).toBe('dd-MMM-yy hh:mm a');
});
