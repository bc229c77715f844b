export type Cell =
  | { kind: 'empty' }
  /** `json` is the number as JSON, digit for digit where the file allows it. */
  | {
      kind: 'number';
      json: string;
      value: number;
      /** An integer beyond ±2^53, kept by its digits. */ exact: boolean;
    }
  | { kind: 'text'; text: string }
  | { kind: 'refused'; reason: string };

export interface CellRules {
  decimal: 'point' | 'comma';
  /** Cells that count as empty besides '' itself. */
  empty: ReadonlySet<string>;
  /** Longest text in characters. */
  maxText: number;
}

const EMPTY: Cell = { kind: 'empty' };
const PLAIN_NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const NOT_FINITE = /^[+-]?(nan|inf|infinity|1\.#(inf|ind|qnan)\w*)$/i;

/** A cell that is a plain number is a number, an empty one nothing, any other a text; never a guess in between. */
export function parseCell(raw: string, rules: CellRules, forceText: boolean): Cell {
  const cell = raw.trim();
  if (cell === '' || rules.empty.has(cell)) return EMPTY;
  if (!forceText) {
    const number = parseNumber(cell, rules.decimal);
    if (number !== null) return number;
    if (NOT_FINITE.test(cell)) return { kind: 'refused', reason: `"${cell}" is not a finite number` };
  }
  if (cell.includes('\u0000')) return { kind: 'refused', reason: 'the text holds a NUL character' };
  if (cell.length > rules.maxText) {
    return {
      kind: 'refused',
      reason: `the text has ${cell.length} characters, ${rules.maxText} are allowed`,
    };
  }
  return { kind: 'text', text: cell };
}

/** @returns null when the cell is not a plain number. */
export function parseNumber(cell: string, decimal: 'point' | 'comma'): Cell | null {
  if (decimal === 'comma' && cell.includes('.')) return null;
  const match = PLAIN_NUMBER.exec(decimal === 'comma' ? cell.replace(',', '.') : cell);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent] = match;
  if (whole === '' && fraction === '') return null;
  const json =
    (sign === '-' ? '-' : '') +
    (whole.replace(/^0+(?=\d)/, '') || '0') +
    (fraction === '' ? '' : `.${fraction}`) +
    (exponent === undefined ? '' : `e${exponent}`);
  const value = Number(json);
  if (!Number.isFinite(value)) return { kind: 'refused', reason: `"${cell}" is too large for a number` };
  const exact = fraction === '' && exponent === undefined && !Number.isSafeInteger(value);
  return { kind: 'number', json, value, exact };
}
