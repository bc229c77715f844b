import { randomUUID } from 'node:crypto';

/**
 * JSON as JSON.parse reads it (of duplicate keys the last wins; `__proto__` is a key like any other), but for two
 * things that machines send and JSON.parse loses: integers beyond ±2^53 keep all their digits, and NaN or Infinity
 * (Python writes them) spoil their own element only instead of the whole message.
 */
export interface ParsedJson {
  root: unknown;
  /** What an element truly is: a bigint for a long integer, NaN for what is no number; anything else comes back as it is. */
  lift(value: unknown): unknown;
  /** Text made from elements, as the sender wrote their long integers and NaNs. */
  asWritten(text: string): string;
}

const identity = { lift: (value: unknown) => value, asWritten: (text: string) => text };
/** Integers that a double may not hold: of 17 digits, or of 16 from 9007… on; not the digits of a fraction. */
const LONG_INTEGER = /(?<![\d.])(?:\d{17}|9\d{15})/;
const NOT_A_NUMBER = /NaN|Infinity/;
/** Marks a literal that travels as a string; made anew at each start, so no sender can know it. */
const TAG = randomUUID();
const MARKED = new RegExp(`"?${TAG}(-?\\w+)"?`, 'g');

/** @returns null when the text is not JSON. */
export function parseJson(text: string): ParsedJson | null {
  const root = tryParse(text);
  if (root !== undefined && !LONG_INTEGER.test(text)) return { root, ...identity };
  if (root === undefined && !NOT_A_NUMBER.test(text)) return null;
  const marked = markLiterals(text);
  if (marked === null) return root === undefined ? null : { root, ...identity };
  const markedRoot = tryParse(marked);
  if (markedRoot === undefined) return null;
  return {
    root: markedRoot,
    lift: (value) => {
      if (typeof value !== 'string' || !value.startsWith(TAG)) return value;
      const literal = value.slice(TAG.length);
      return /^-?\d+$/.test(literal) ? BigInt(literal) : Number.NaN;
    },
    asWritten: (value) => value.replaceAll(MARKED, '$1'),
  };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @returns the text with each long integer, NaN and Infinity outside strings as a string `<TAG><literal>`; null when there is none. */
function markLiterals(text: string): string | null {
  const literal = /-?(?:NaN|Infinity|\d+(?![\d.eE]))/y;
  const parts: string[] = [];
  let copiedTo = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      i = endOfString(text, i);
    } else if (c === MINUS || c === LETTER_N || c === LETTER_I || (c >= DIGIT_0 && c <= DIGIT_9)) {
      literal.lastIndex = i;
      const found = literal.exec(text)?.[0];
      if (found !== undefined && !Number.isSafeInteger(Number(found))) {
        parts.push(text.slice(copiedTo, i), `"${TAG}${found}"`);
        copiedTo = i + found.length;
      }
      i = endOfToken(text, i) - 1;
    }
  }
  return parts.length === 0 ? null : parts.join('') + text.slice(copiedTo);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LETTER_N = 0x4e;
const LETTER_I = 0x49;

/** @returns the index of the closing quote, or of the last character where there is none. */
function endOfString(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === QUOTE) return i;
  }
  return text.length - 1;
}

/** @returns the index after the number or word that begins at `from`. */
function endOfToken(text: string, from: number): number {
  const token = /[\w.+-]+/y;
  token.lastIndex = from;
  return token.exec(text) === null ? from + 1 : token.lastIndex;
}
