import type { MappingPattern } from '../../contracts/topic-mapping.ts';
import { readSignalName } from '../decode/read-topic.ts';
import { parseFieldPath, parseListPath, type FieldPath } from './field-path.ts';

/** Where a path stands: in each element of the list, or in the payload around it. */
export interface Place {
  inElement: boolean;
  path: FieldPath;
}

/** What a payload of a pattern has where. */
export interface Fields {
  /** The list whose elements are read one by one; null where the payload itself is the one element. */
  each: FieldPath | null;
  values:
    | { kind: 'one'; path: FieldPath }
    | { kind: 'pair'; name: FieldPath; value: FieldPath }
    | { kind: 'members'; path: FieldPath }
    | { kind: 'fields'; fields: readonly { signal: string; path: FieldPath }[] };
  time: Place | null;
  unit: Place | null;
  quality: Place | null;
  /** UCUM codes or spellings by signal. */
  units: ReadonlyMap<string, string>;
}

const HINT =
  'Paths are like data.temperature, values[0].x, ["odd.key"].x, metrics[*].name/value for a list, data.* for all members';

/** @returns the fields, null when the payload has one of the plain forms, or what is wrong in words. */
export function compileFields(pattern: MappingPattern, namesSignal: boolean): Fields | string | null {
  const { values, units } = pattern;
  if (values === undefined) {
    const useless = (['time', 'unit', 'quality'] as const).find((key) => pattern[key] !== undefined);
    if (useless !== undefined) return `has "${useless}" but no "values": say where the values are`;
    return Object.keys(units).length > 0 ? 'has "units" but no "values": say where the values are' : null;
  }
  const compiled = compileValues(values, namesSignal);
  if (typeof compiled === 'string') return compiled;
  const fields: Fields = {
    ...compiled,
    time: null,
    unit: null,
    quality: null,
    units: new Map(Object.entries(units)),
  };
  for (const key of ['time', 'unit', 'quality'] as const) {
    const text = pattern[key];
    if (text === undefined) continue;
    const parsed = parseListPath(text);
    if (parsed === null) return `"${key}" is "${text}", which is no path. ${HINT}`;
    if (parsed.each !== null && (fields.each === null || !isSame(parsed.each, fields.each)))
      return `"${key}" is "${text}", but "values" goes through another list`;
    fields[key] = { inElement: parsed.each !== null, path: parsed.path };
  }
  if (fields.values.kind === 'fields') {
    const { fields: known } = fields.values;
    const stray = Object.keys(units).find((signal) => !known.some((field) => field.signal === signal));
    if (stray !== undefined) return `"units" names "${stray}", which is not among "values"`;
  }
  return fields;
}

function compileValues(
  values: NonNullable<MappingPattern['values']>,
  namesSignal: boolean,
): Pick<Fields, 'each' | 'values'> | string {
  if (typeof values !== 'string') return compileNamed(values, namesSignal);
  const bad = `"values" is "${values}", which is no path. ${HINT}`;
  if (values === '*' || values.endsWith('.*')) {
    if (namesSignal) return contradiction('"values" names signals');
    const parsed = parseListPath(values.replace(/\.?\*$/, ''));
    return parsed === null ? bad : { each: parsed.each, values: { kind: 'members', path: parsed.path } };
  }
  const pair = /^(.*\[\*\])\.?([^/]+)\/([^/]+)$/.exec(values);
  if (pair !== null) {
    if (namesSignal) return contradiction('"values" names signals');
    const list = parseListPath(pair[1] ?? '');
    const name = parseFieldPath(pair[2] ?? '');
    const value = parseFieldPath(pair[3] ?? '');
    if (list === null || name === null || value === null) return bad;
    return { each: list.each, values: { kind: 'pair', name, value } };
  }
  const parsed = parseListPath(values);
  if (parsed === null) return bad;
  if (!namesSignal)
    return `"values" is one path, so the topic or the constants must name {signal}; for several signals give a path for each`;
  return { each: parsed.each, values: { kind: 'one', path: parsed.path } };
}

function compileNamed(
  values: Record<string, string>,
  namesSignal: boolean,
): Pick<Fields, 'each' | 'values'> | string {
  if (namesSignal) return contradiction('"values" names signals');
  const entries = Object.entries(values);
  if (entries.length === 0) return '"values" is empty: name at least one signal';
  const fields: { signal: string; path: FieldPath }[] = [];
  let each: FieldPath | null | undefined;
  for (const [key, text] of entries) {
    const signal = readSignalName(key);
    const parsed = parseListPath(text);
    if (!signal.ok) return `"values" names the signal "${key}", which is no name`;
    if (parsed === null) return `the path of "${key}" is "${text}", which is none. ${HINT}`;
    if (each !== undefined && !isSame(each, parsed.each))
      return 'the paths of "values" go through different lists';
    each = parsed.each;
    fields.push({ signal: signal.value, path: parsed.path });
  }
  return { each: each ?? null, values: { kind: 'fields', fields } };
}

function contradiction(what: string): string {
  return `${what}, but the topic or the constants name {signal} already: keep one of the two`;
}

function isSame(a: FieldPath | null, b: FieldPath | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
