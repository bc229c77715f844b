import type { ChosenColumns } from './choose-signals.ts';
import { parseCell, type Cell, type CellRules } from './parse-cell.ts';
import type { Row } from './read-rows.ts';
import type { TimeParser } from './time/time-reading.ts';

export type ReadRow =
  | { kind: 'refused'; line: number; column: string; reason: string }
  /** `cells` stand in the order of the chosen signals. */
  | { kind: 'row'; line: number; micros: number; cells: readonly Cell[] };

export interface TableShape {
  width: number;
  columns: ChosenColumns;
  rules: CellRules;
}

/** Times that a date can hold; anything else was no time. */
const LAST_MICROS = 8.64e18;

/** @returns why a row does not fit the header, or null: a cut-off line must not become a wrong number */
export function widthProblem(cells: readonly string[], width: number): string | null {
  if (cells.length === width) return null;
  if (cells.length > width && cells.slice(width).every((cell) => cell.trim() === '')) return null;
  return `the row has ${cells.length} cells, the header ${width}`;
}

/** The time as one text; two columns are joined by a blank. */
export function timeCell(cells: readonly string[], columns: ChosenColumns): string {
  return columns.time.map((index) => cells[index]?.trim() ?? '').join(' ');
}

/** Reads the rows of one pass, in order, the header left out. */
export function createRowReader(shape: TableShape, times: TimeParser): (row: Row) => ReadRow {
  const { columns, rules, width } = shape;
  let rowIndex = -1;
  return ({ line, cells }) => {
    rowIndex += 1;
    const problem = widthProblem(cells, width);
    if (problem !== null) return { kind: 'refused', line, column: '(row)', reason: problem };
    const time = timeCell(cells, columns);
    const micros = times.parse(time, rowIndex);
    if (micros === null || Math.abs(micros) > LAST_MICROS) {
      const reason = time.trim() === '' ? 'the time is empty' : `"${time.slice(0, 60)}" is not such a time`;
      return { kind: 'refused', line, column: columns.timeHeader, reason };
    }
    return {
      kind: 'row',
      line,
      micros,
      cells: columns.signals.map(({ index, forceText }) => parseCell(cells[index] ?? '', rules, forceText)),
    };
  };
}
