import { isObject, own } from '../decode/read-record.ts';

/** Keys and places from the outside in. */
export type FieldPath = readonly (string | number)[];

/** A path, split at its `[*]`: `metrics[*].value` is `each` metrics, then value. */
export interface ListPath {
  each: FieldPath | null;
  path: FieldPath;
}

const STEP = /\.?([^.[\]*/"]+)|\[(\d{1,6})\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** Reads `data.temperature`, `values[0].x` or `["odd.key"].x`; '' is the payload itself. @returns null for anything else. */
export function parseFieldPath(text: string): FieldPath | null {
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  for (let at = 0; at < text.length; at = STEP.lastIndex) {
    if (at === 0 && text.startsWith('.')) return null;
    const step = STEP.exec(text);
    if (step === null) return null;
    const [, key, place, quoted] = step;
    if (key !== undefined && at > 0 && text[at] !== '.') return null;
    if (key !== undefined) path.push(key);
    else if (place !== undefined) path.push(Number(place));
    else path.push((quoted ?? '').replace(/\\(.)/g, '$1'));
  }
  return path;
}

/** The same with at most one `[*]`, which stands for every element of a list. */
export function parseListPath(text: string): ListPath | null {
  const parts = text.split('[*]');
  if (parts.length > 2) return null;
  const [before = '', after] = parts;
  const first = parseFieldPath(before);
  if (after === undefined) return first === null ? null : { each: null, path: first };
  const path = parseFieldPath(after.replace(/^\./, ''));
  return first === null || path === null ? null : { each: first, path };
}

/** @returns what stands there, undefined where nothing does. Own properties only: what a message calls `constructor` is data. */
export function valueAt(root: unknown, path: FieldPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof step === 'number') value = Array.isArray(value) ? (value as unknown[])[step] : undefined;
    else value = isObject(value) ? own(value, step) : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}
