import { ReplayRefusal } from '../refusal.ts';
import { createCandidate, type Candidate } from './candidate.ts';
import { chooseFormat } from './choose-format.ts';
import { formatsOfCell, padFormat } from './formats-of-cell.ts';
import { epochUnitOf, numberOfTimeCell, unitOfHeader, type TimeUnit } from './number-time.ts';
import { splitTime } from './split-time.ts';
import type { TimeReading } from './time-reading.ts';

export interface TimeOptions {
  /** Of the time column, for messages. */
  header: string;
  zone: string;
  decimal: 'point' | 'comma';
  /** As `askedFormat` gives it. */
  format: string | null;
  unit: TimeUnit | null;
  startMicros: number | null;
}

export interface DetectedTime {
  reading: TimeReading;
  /** For people: `dd-MM-yyyy HH:mm in UTC`. */
  described: string;
  /** Why this reading and no other, where there was a choice. */
  why: string | null;
}

export interface TimeDetector {
  take(cell: string, line: number): void;
  /** @throws ReplayRefusal when the column is no time, or could be read in two ways and nothing decides. */
  decide(): DetectedTime;
}

/** Bounds what a column of nonsense can cost. */
const MAX_CANDIDATES = 40;
/** Fewer readable cells than this share, and the column is something else. */
const ENOUGH = 0.9;

/** Looks at every cell of a column before it says what its times mean; memory does not grow with the column. */
export function createTimeDetector(options: TimeOptions): TimeDetector {
  const candidates: Candidate[] = options.format === null ? [] : [createCandidate(options.format)];
  const numbers = { count: 0, min: Infinity, max: -Infinity };
  let rows = 0;
  let anySingleDigit = false;
  let example: { line: number; cell: string } | null = null;

  function propose(base: string): Candidate[] {
    if (options.format !== null || candidates.length >= MAX_CANDIDATES) return [];
    const known = new Set(candidates.map(({ format }) => format));
    return formatsOfCell(base)
      .filter((format) => !known.has(format))
      .map(createCandidate);
  }

  function decideFormat(): DetectedTime {
    const choice = chooseFormat(candidates, rows);
    if (choice === null) throw unreadable(0, null);
    if (!choice.ok) {
      const [a, b] = choice.rivals.map(({ format }) => padFormat(format));
      throw new ReplayRefusal(
        `The times of column "${options.header}" can be read as ${a} and as ${b}, and both make sense. ` +
          `Say which: --date-format "${a}" or --date-format "${b}".`,
      );
    }
    const { format, evidence } = choice.candidate;
    if (options.format === null && evidence.parsed < ENOUGH * rows)
      throw unreadable(evidence.parsed, choice.candidate);
    const shown = format === 'iso' ? 'ISO 8601' : anySingleDigit ? format : padFormat(format);
    return {
      reading: { kind: 'format', format, zone: options.zone },
      described: `${shown} in ${options.zone}`,
      why: choice.why,
    };
  }

  function unreadable(parsed: number, best: Candidate | null): ReplayRefusal {
    const failure = best?.evidence.firstFailure ?? example;
    const where = failure === null ? '' : `, line ${failure.line} says "${failure.cell.slice(0, 60)}"`;
    return new ReplayRefusal(
      `Column "${options.header}" is not recognised as time: ${parsed} of ${rows} cells read${where}. ` +
        'Give --date-format (luxon tokens, e.g. "dd-MM-yyyy HH:mm"), or choose another --time column.',
    );
  }

  function decideNumber(): DetectedTime {
    const compact = candidates.find(({ evidence }) => evidence.parsed === rows);
    if (compact !== undefined && options.unit === null && options.startMicros === null) return decideFormat();
    const epoch = epochUnitOf(numbers.min, numbers.max);
    if (epoch !== null && options.startMicros === null) {
      return { reading: { kind: 'epoch', unit: epoch }, described: `${epoch} since 1970 UTC`, why: null };
    }
    const unit = options.unit ?? unitOfHeader(options.header);
    const ask = [
      ...(unit === null ? ['--time-unit h (or d, min, s, ms)'] : []),
      ...(options.startMicros === null ? ['--start 2020-01-01T00:00Z'] : []),
    ];
    if (unit === null || options.startMicros === null) {
      throw new ReplayRefusal(
        `Column "${options.header}" counts from ${numbers.min} to ${numbers.max}: say ` +
          `${unit === null ? 'in which unit, and ' : ''}when it starts, e.g. ${ask.join(' ')}.`,
      );
    }
    return {
      reading: { kind: 'offset', unit, startMicros: options.startMicros },
      described: `${unit} since ${new Date(options.startMicros / 1000).toISOString()}`,
      why: options.unit === null ? 'the unit is in its name' : null,
    };
  }

  return {
    take: (raw, line) => {
      const cell = raw.trim();
      if (cell === '') return;
      rows += 1;
      example ??= { line, cell };
      const number = numberOfTimeCell(cell, options.decimal);
      if (number !== null) {
        numbers.count += 1;
        numbers.min = Math.min(numbers.min, number);
        numbers.max = Math.max(numbers.max, number);
      }
      const split = splitTime(cell);
      let read = false;
      for (const candidate of candidates) read = candidate.take(cell, line, split) || read;
      if (!read) {
        for (const candidate of propose(split.base)) {
          candidate.take(cell, line, split);
          candidates.push(candidate);
        }
      }
      anySingleDigit ||= /(^|\D)\d(\D|$)/.test(split.base);
    },
    decide: () => {
      if (rows === 0)
        throw new ReplayRefusal(`Column "${options.header}" is empty: there is no time to publish.`);
      if (options.format === null && numbers.count >= ENOUGH * rows) return decideNumber();
      return decideFormat();
    },
  };
}
