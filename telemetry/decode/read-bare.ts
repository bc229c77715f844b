import { refuse, type Read } from './decoded.ts';
import { readText, type Value } from './read-value.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d{16,}$/;
const NOT_A_NUMBER = /^[+-]?(?:nan|inf|infinity)$/i;
const WITH_COMMA = /^[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?$/;

/**
 * Reads a payload that is not JSON, as small devices send it: digits are a number, true and false (any case) a
 * boolean, anything else text. Digits that are to stay text come as a JSON string: `"007"`.
 */
export function readBare(text: string): Read<Value> {
  if (NUMBER.test(text)) return readDigits(text);
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false')
    return { ok: true, value: { kind: 'boolean', value: word === 'true' ? 1 : 0 } };
  if (word === 'null') {
    return refuse(
      'bad_value',
      'the payload is null, which says no value. Send {"value": null, "quality": "bad"}.',
    );
  }
  if (NOT_A_NUMBER.test(text)) {
    return refuse(
      'bad_number',
      `the payload is ${text}. Send a finite number, or {"value": null, "quality": "bad"}.`,
    );
  }
  if (WITH_COMMA.test(text) && text.includes(',')) {
    return refuse(
      'bad_number',
      `the payload is ${text.slice(0, 60)}. Write the decimal point as ".", like 71.2, and one value a message.`,
    );
  }
  return readText(text);
}

function readDigits(text: string): Read<Value> {
  const number = Number(text);
  if (!Number.isFinite(number)) {
    return refuse(
      'bad_number',
      `the payload is ${text.slice(0, 60)}, beyond what a double holds (±1.8e308). Check the sender.`,
    );
  }
  if (INTEGER.test(text) && !Number.isSafeInteger(number)) {
    return { ok: true, value: { kind: 'number', value: BigInt(text.replace('+', '')).toString() } };
  }
  return { ok: true, value: { kind: 'number', value: number } };
}
