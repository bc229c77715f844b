import { createRepeatFinder, type RepeatFinder } from './find-repeats.ts';
import { jsonOfCell } from './json-of-cell.ts';
import { readRows, type TableFile } from './read-rows.ts';
import { createRowReader, timeCell, widthProblem, type ReadRow, type TableShape } from './row-reader.ts';
import type { DetectedTime, TimeDetector } from './time/detect-time.ts';
import { createTimeParser } from './time/time-reading.ts';

export interface ColumnSurvey {
  numbers: number;
  texts: number;
  empty: number;
  refused: number;
  /** Texts like "12,5". */
  decimalCommas: number;
  /** The first few different texts. */
  examples: string[];
}

/** What a file will be, before anything is published. */
export interface Survey {
  time: DetectedTime;
  rows: number;
  refusedRows: number;
  firstRefusal: { line: number; column: string; reason: string } | null;
  readings: number;
  firstMicros: number | null;
  lastMicros: number | null;
  backward: number;
  before2000: number;
  ahead: number;
  zone: { skipped: number; repeated: number };
  repeats: { same: number; different: number };
  /** In the order of the chosen signals. */
  columns: ColumnSurvey[];
}

export type SurveyProgress = (doing: string, rows: number) => void;

const PROGRESS_EVERY_ROWS = 10_000;
const YEAR_2000_MICROS = Date.UTC(2000, 0, 1) * 1000;
const MAX_EXAMPLES = 3;
const DECIMAL_COMMA = /^[+-]?[\d.]*\d,\d+$/;

/** Reads the file for its times, then for its cells, and again only where (signal, time) pairs may repeat. */
export async function surveyTable(
  table: TableFile,
  shape: TableShape,
  detector: TimeDetector,
  futureLimitMicros: number,
  onProgress: SurveyProgress,
): Promise<Survey> {
  const total = await detectTimes(table, shape, detector, onProgress);
  const time = detector.decide();
  const parser = createTimeParser(time.reading, shape.rules.decimal);
  const finder = createRepeatFinder(total);
  const survey: Survey = {
    time,
    rows: 0,
    refusedRows: 0,
    firstRefusal: null,
    readings: 0,
    firstMicros: null,
    lastMicros: null,
    backward: 0,
    before2000: 0,
    ahead: 0,
    zone: parser.zoneCounts,
    repeats: finder.repeats,
    columns: shape.columns.signals.map(() => ({
      numbers: 0,
      texts: 0,
      empty: 0,
      refused: 0,
      decimalCommas: 0,
      examples: [],
    })),
  };
  let beforeMicros = -Infinity;
  await forEachRow(table, createRowReader(shape, parser), (row) => {
    survey.rows += 1;
    if (row.kind === 'refused') {
      survey.refusedRows += 1;
      survey.firstRefusal ??= row;
      return;
    }
    finder.mark(row.micros);
    if (row.micros < beforeMicros) survey.backward += 1;
    beforeMicros = row.micros;
    survey.firstMicros = Math.min(survey.firstMicros ?? Infinity, row.micros);
    survey.lastMicros = Math.max(survey.lastMicros ?? -Infinity, row.micros);
    if (row.micros < YEAR_2000_MICROS) survey.before2000 += 1;
    if (row.micros > futureLimitMicros) survey.ahead += 1;
    survey.readings += countCells(row.cells, survey.columns);
    if (survey.rows % PROGRESS_EVERY_ROWS === 0) onProgress('checking cells', survey.rows);
  });
  await countRepeats(table, shape, time, finder, onProgress);
  return survey;
}

async function detectTimes(
  table: TableFile,
  shape: TableShape,
  detector: TimeDetector,
  onProgress: SurveyProgress,
): Promise<number> {
  let total = -1;
  for await (const rows of readRows(table)) {
    for (const { cells, line } of rows) {
      total += 1;
      if (total === 0 || widthProblem(cells, shape.width) !== null) continue;
      detector.take(timeCell(cells, shape.columns), line);
    }
    onProgress('reading times', Math.max(0, total));
  }
  return Math.max(0, total);
}

/** Every row but the header, in order. */
export async function forEachRow(
  table: TableFile,
  read: (row: { line: number; cells: readonly string[] }) => ReadRow,
  visit: (row: ReadRow) => void,
): Promise<void> {
  let header = true;
  for await (const rows of readRows(table)) {
    for (const row of rows) {
      if (header) header = false;
      else visit(read(row));
    }
  }
}

function countCells(cells: Extract<ReadRow, { kind: 'row' }>['cells'], columns: ColumnSurvey[]): number {
  let readings = 0;
  cells.forEach((cell, i) => {
    const column = columns[i];
    if (column === undefined) return;
    if (cell.kind === 'number') column.numbers += 1;
    else if (cell.kind === 'empty') column.empty += 1;
    else if (cell.kind === 'refused') column.refused += 1;
    else {
      column.texts += 1;
      if (DECIMAL_COMMA.test(cell.text)) column.decimalCommas += 1;
      if (column.examples.length < MAX_EXAMPLES && !column.examples.includes(cell.text)) {
        column.examples.push(cell.text);
      }
    }
    if (cell.kind === 'number' || cell.kind === 'text') readings += 1;
  });
  return readings;
}

async function countRepeats(
  table: TableFile,
  shape: TableShape,
  time: DetectedTime,
  finder: RepeatFinder,
  onProgress: SurveyProgress,
): Promise<void> {
  const passes = finder.passes(shape.columns.signals.length);
  for (let pass = 0; pass < passes; pass++) {
    const read = createRowReader(shape, createTimeParser(time.reading, shape.rules.decimal));
    let rows = 0;
    await forEachRow(table, read, (row) => {
      rows += 1;
      if (rows % PROGRESS_EVERY_ROWS === 0) onProgress('comparing repeated times', rows);
      if (row.kind === 'refused') return;
      row.cells.forEach((cell, i) => {
        const json = jsonOfCell(cell);
        if (json === null) return;
        finder.count(pass, row.micros, i, cell.kind === 'number' && !cell.exact ? cell.value : json);
      });
    });
    finder.endPass();
  }
}
