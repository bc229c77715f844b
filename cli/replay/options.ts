import { readFileSync } from 'node:fs';
import { DateTime, IANAZone } from 'luxon';
import { parse } from 'csv-parse/sync';
import { ORDER_TOPIC_LEVEL } from '../../contracts/order.ts';
import { slugSchema } from '../../contracts/slug.ts';
import { ReplayRefusal } from './refusal.ts';
import { TIME_UNITS, type TimeUnit } from './time/number-time.ts';

/** How commander hands over what was typed. */
export interface RawOptions {
  topic: string;
  time: string;
  speed?: string;
  max?: boolean;
  broker?: string;
  dateFormat?: string;
  zone: string;
  timeUnit?: string;
  start?: string;
  columns?: string[];
  except?: string[];
  text?: string[];
  empty?: string[];
  unit?: string[];
  units?: string;
  delimiter?: string;
  decimal: string;
  encoding?: string;
  dryRun?: boolean;
  json?: boolean;
}

export interface ReplayOptions {
  topic: string;
  time: string;
  /** null: as fast as the broker takes it. */
  speed: number | null;
  dateFormat: string | null;
  zone: string;
  timeUnit: TimeUnit | null;
  startMicros: number | null;
  columns: string[] | null;
  except: string[];
  text: string[];
  empty: Set<string>;
  units: Map<string, string>;
  /** Of a list that may hold more columns than this file has. */
  listedUnits: Map<string, string>;
  delimiter: string | null;
  decimal: 'point' | 'comma';
  encoding: string | null;
  dryRun: boolean;
}

const MAX_UNIT_CHARACTERS = 40;

/** @throws ReplayRefusal, one clear line for the first mistake */
export function parseOptions(raw: RawOptions, nowMs: number): ReplayOptions {
  if (raw.max === true && raw.speed !== undefined)
    throw new ReplayRefusal('Give --speed or --max, not both.');
  const speed = raw.max === true ? null : Number(raw.speed ?? '1');
  if (speed !== null && !(speed > 0 && Number.isFinite(speed))) {
    throw new ReplayRefusal(
      `--speed ${raw.speed} must be a number above 0: 1 is real time, 60 an hour in a minute.`,
    );
  }
  if (!IANAZone.isValidZone(raw.zone)) {
    throw new ReplayRefusal(
      `--zone ${raw.zone} is no zone of the IANA list. Give one like Europe/Berlin or UTC.`,
    );
  }
  return {
    topic: parseTopic(raw.topic),
    time: raw.time,
    speed,
    dateFormat: raw.dateFormat ?? null,
    zone: raw.zone,
    timeUnit: raw.timeUnit === undefined ? null : parseTimeUnit(raw.timeUnit),
    startMicros: raw.start === undefined ? null : parseStart(raw.start, raw.zone, nowMs),
    columns: raw.columns === undefined ? null : splitNames(raw.columns),
    except: splitNames(raw.except ?? []),
    text: splitNames(raw.text ?? []),
    empty: new Set(splitNames(raw.empty ?? [])),
    units: parseUnits(raw.unit ?? []),
    listedUnits: raw.units === undefined ? new Map<string, string>() : readUnits(raw.units),
    delimiter: raw.delimiter === undefined ? null : parseDelimiter(raw.delimiter),
    decimal: parseDecimal(raw.decimal),
    encoding: raw.encoding ?? null,
    dryRun: raw.dryRun ?? false,
  };
}

function parseTopic(topic: string): string {
  const levels = topic.split('/');
  const good =
    levels.length === 5 &&
    levels[0] === 'plants' &&
    levels.every((level) => slugSchema.safeParse(level).success);
  if (!good) {
    throw new ReplayRefusal(
      `--topic ${topic} must be plants/<site>/<area>/<line>/<machine>, five names without "+" and "#".`,
    );
  }
  if (levels[4] === ORDER_TOPIC_LEVEL) {
    throw new ReplayRefusal(
      `--topic ${topic}: "${ORDER_TOPIC_LEVEL}" is kept for production orders, no machine's name.`,
    );
  }
  return topic;
}

function parseTimeUnit(text: string): TimeUnit {
  if (text in TIME_UNITS) return text as TimeUnit;
  throw new ReplayRefusal(`--time-unit ${text} must be one of ${Object.keys(TIME_UNITS).join(', ')}.`);
}

function parseStart(text: string, zone: string, nowMs: number): number {
  if (text === 'now') return nowMs * 1000;
  const start = DateTime.fromISO(text.trim().replace(' ', 'T'), { zone });
  if (!start.isValid)
    throw new ReplayRefusal(`--start ${text} must be ISO 8601 like 2020-01-01T00:00Z, or now.`);
  return start.toMillis() * 1000;
}

function parseDelimiter(text: string): string {
  const named: Record<string, string> = { comma: ',', semicolon: ';', tab: '\t', '\\t': '\t', pipe: '|' };
  const delimiter = named[text] ?? text;
  if (delimiter.length !== 1)
    throw new ReplayRefusal(`--delimiter ${text} must be comma, semicolon, tab or one character.`);
  return delimiter;
}

function parseDecimal(text: string): 'point' | 'comma' {
  if (text === 'point' || text === '.') return 'point';
  if (text === 'comma' || text === ',') return 'comma';
  throw new ReplayRefusal(`--decimal ${text} must be point or comma.`);
}

/** Names may be repeated options or separated by commas. */
function splitNames(given: readonly string[]): string[] {
  return given.flatMap((text) => text.split(',')).filter((name) => name.trim() !== '');
}

function parseUnits(given: readonly string[]): Map<string, string> {
  return new Map(
    given.map((text) => {
      const at = text.lastIndexOf('=');
      if (at < 1 || at === text.length - 1) {
        throw new ReplayRefusal(`--unit ${text} must be COLUMN=UNIT, e.g. power=kW.`);
      }
      return unitOf(text.slice(0, at), text.slice(at + 1));
    }),
  );
}

function unitOf(column: string, unit: string): [string, string] {
  if (unit.trim().length > MAX_UNIT_CHARACTERS) {
    throw new ReplayRefusal(
      `The unit of ${column} has ${unit.length} characters, ${MAX_UNIT_CHARACTERS} are allowed.`,
    );
  }
  return [column.trim(), unit.trim()];
}

/** A CSV whose header names `column` and `unit` among others. */
function readUnits(file: string): Map<string, string> {
  let rows: string[][];
  try {
    rows = parse(readFileSync(file, 'utf8'), { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw new ReplayRefusal(
      `--units ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const header = (rows[0] ?? []).map((name) => name.trim().toLowerCase());
  const column = header.indexOf('column');
  const unit = header.indexOf('unit');
  if (column === -1 || unit === -1) {
    throw new ReplayRefusal(
      `--units ${file} must begin with a line that names the columns "column" and "unit".`,
    );
  }
  return new Map(
    rows
      .slice(1)
      .map((row) => unitOf(row[column] ?? '', row[unit] ?? ''))
      .filter(([name, code]) => name !== '' && code !== ''),
  );
}
