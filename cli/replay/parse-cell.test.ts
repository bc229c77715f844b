import { expect, test } from 'vitest';
import { parseCell, type CellRules } from './parse-cell.ts';

const point: CellRules = { decimal: 'point', empty: new Set(), maxText: 100 };
const comma: CellRules = { ...point, decimal: 'comma' };

test.each([
  { cell: '74.93588199999998', json: '74.93588199999998' },
  { cell: ' 3.17 ', json: '3.17' },
  { cell: '+5', json: '5' },
  { cell: '-.5', json: '-0.5' },
  { cell: '5.', json: '5' },
  { cell: '007', json: '7' },
  { cell: '00.50', json: '0.50' },
  { cell: '1E-3', json: '1e-3' },
  { cell: '9007199254740993', json: '9007199254740993' },
])('the cell "$cell" is the number $json', ({ cell, json }) => {
  expect(parseCell(cell, point, false)).toEqual({
    kind: 'number',
    json,
    value: Number(json),
    exact: json.length > 15 && !json.includes('.'),
  });
});

test.each(['1,5', '1 000', '12:30', '0x1F', 'running', '1e', '.', '-', 'true', '1.2.3'])(
  'the cell "%s" is a text',
  (cell) => {
    expect(parseCell(cell, point, false)).toEqual({ kind: 'text', text: cell });
  },
);

test('with decimal commas "1,5" is a number and "1.5" is not', () => {
  expect(parseCell('1,5', comma, false)).toEqual({ kind: 'number', json: '1.5', value: 1.5, exact: false });
  expect(parseCell('1.5', comma, false)).toEqual({ kind: 'text', text: '1.5' });
});

test('an empty cell and a declared marker are nothing', () => {
  const rules = { ...point, empty: new Set(['NA']) };
  expect(parseCell('  ', rules, false).kind).toBe('empty');
  expect(parseCell('NA', rules, false).kind).toBe('empty');
});

test.each(['NaN', 'nan', '-inf', 'Infinity', '1.#INF', '1e309', 'a\u0000b', 'x'.repeat(101)])(
  'the cell "%s" is refused with a reason',
  (cell) => {
    expect(parseCell(cell, point, false).kind).toBe('refused');
  },
);

test('a column declared as text keeps its leading zeros', () => {
  expect(parseCell('00123', point, true)).toEqual({ kind: 'text', text: '00123' });
});
