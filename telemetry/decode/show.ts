import { toStorableText } from './storable-text.ts';

const MAX_SHOWN = 80;
const MAX_EXCERPT = 1_000;
const MAX_DEPTH = 8;

/** How a detail quotes a value that somebody sent: as JSON, one line, cut short. */
export function show(value: unknown): string {
  return write(value, MAX_SHOWN);
}

/** A refused element as it is kept beside its detail. */
export function excerptOf(value: unknown): string {
  return write(value, MAX_EXCERPT);
}

/** Bounded in depth and work, unlike JSON.stringify, which a message of 100,000 brackets would overflow. */
function write(value: unknown, max: number): string {
  const parts: string[] = [];
  let length = 0;
  const put = (text: string) => {
    parts.push(text);
    length += text.length;
  };
  const walk = (node: unknown, depth: number) => {
    if (length > max) return;
    if (typeof node !== 'object' || node === null) put(scalar(node, max));
    else if (depth > MAX_DEPTH) put('…');
    else if (Array.isArray(node)) {
      put('[');
      for (let i = 0; i < node.length && length <= max; i++) {
        if (i > 0) put(',');
        walk(node[i], depth + 1);
      }
      put(']');
    } else {
      put('{');
      for (const [i, [key, child]] of Object.entries(node).entries()) {
        if (length > max) break;
        put(`${i > 0 ? ',' : ''}${scalar(key, max)}:`);
        walk(child, depth + 1);
      }
      put('}');
    }
  };
  walk(value, 0);
  const text = parts.join('');
  return text.length <= max ? text : `${toStorableText(text.slice(0, max))}…`;
}

function scalar(value: unknown, max: number): string {
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, max + 1));
  return JSON.stringify(value) ?? 'nothing';
}
