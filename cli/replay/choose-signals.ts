import { ReplayRefusal } from './refusal.ts';
import { slugOfHeader } from './slug-of-header.ts';

export interface SignalColumn {
  index: number;
  header: string;
  signal: string;
  unit: string | null;
  forceText: boolean;
}

export interface ColumnOptions {
  /** `#row`, a header, or two headers joined by "+" (a date and a clock). */
  time: string;
  columns: readonly string[] | null;
  except: readonly string[];
  text: readonly string[];
  units: ReadonlyMap<string, string>;
  /** Columns named here may be missing. */
  listedUnits: ReadonlyMap<string, string>;
}

export interface ChosenColumns {
  /** Columns whose cells, joined by a blank, are the time; empty for `#row`. */
  time: readonly number[];
  timeHeader: string;
  signals: readonly SignalColumn[];
}

export const ROW_NUMBER = '#row';

/**
 * Which columns become which signals.
 * @throws ReplayRefusal naming the columns when one is asked for that is not there, or two would share one name
 */
export function chooseSignals(headers: readonly string[], options: ColumnOptions): ChosenColumns {
  const find = (name: string, option: string) => {
    const found = findColumn(headers, name);
    if (found === null) {
      const there = headers.map((header) => header.trim()).join(', ');
      throw new ReplayRefusal(`${option} "${name}": no such column. The file has: ${there}.`);
    }
    return found;
  };
  const time = timeColumns(headers, options.time, find);
  const only = options.columns?.map((name) => find(name, '--columns')) ?? null;
  const except = new Set(options.except.map((name) => find(name, '--except')));
  const text = new Set(options.text.map((name) => find(name, '--text')));
  const units = new Map([
    ...[...options.listedUnits].map(([name, unit]) => [findColumn(headers, name) ?? -1, unit] as const),
    ...[...options.units].map(([name, unit]) => [find(name, '--unit'), unit] as const),
  ]);

  const signals: SignalColumn[] = [];
  const taken = new Map<string, number>();
  headers.forEach((header, index) => {
    if (time.includes(index) || except.has(index) || (only !== null && !only.includes(index))) return;
    const named = slugOfHeader(header, index + 1);
    if (!named.ok) throw new ReplayRefusal(`Column ${index + 1}, "${header.slice(0, 40)}", ${named.reason}.`);
    const other = taken.get(named.slug);
    if (other !== undefined) {
      throw new ReplayRefusal(
        `Columns ${other + 1} ("${headers[other]}") and ${index + 1} ("${header}") would both be the signal ` +
          `"${named.slug}". Rename one in the file, or leave columns out with --columns or --except.`,
      );
    }
    taken.set(named.slug, index);
    signals.push({
      index,
      header: header.trim(),
      signal: named.slug,
      unit: units.get(index) ?? null,
      forceText: text.has(index),
    });
  });
  if (signals.length === 0) throw new ReplayRefusal('No column is left to publish beside the time.');
  return { time, timeHeader: options.time, signals };
}

function timeColumns(
  headers: readonly string[],
  time: string,
  find: (name: string, option: string) => number,
): number[] {
  if (time === ROW_NUMBER) return [];
  const parts = time.split('+');
  const joined = parts.length === 2 && findColumn(headers, time) === null;
  return joined ? parts.map((part) => find(part, '--time')) : [find(time, '--time')];
}

/** By the exact header, else trimmed, else without regard to case, else by its signal's name; only if it is the only one. */
function findColumn(headers: readonly string[], name: string): number | null {
  const wanted = name.trim();
  const ways = [
    (header: string) => header === name,
    (header: string) => header.trim() === wanted,
    (header: string) => header.trim().toLowerCase() === wanted.toLowerCase(),
    (header: string, index: number) => {
      const named = slugOfHeader(header, index + 1);
      return named.ok && named.slug === wanted;
    },
  ];
  for (const matches of ways) {
    const found = headers.flatMap((header, index) => (matches(header, index) ? [index] : []));
    if (found.length === 1) return found[0] ?? null;
  }
  return null;
}
