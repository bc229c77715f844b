import { plain, ucumOfSpelling } from './spellings.ts';
import { loadUcum } from './ucum-library.ts';

// Units of readings: every spelling becomes a UCUM code, and values of one unit become values of another where UCUM
// makes it plain. It must never guess, and gives the same value for the same input always: a redelivery is no conflict.

/** Turns a value of one unit into the other. */
export type Converter = (value: number) => number;

const MAX_REMEMBERED = 10_000;
const codes = new Map<string, string>();
const converters = new Map<string, Converter | null>();

/** @returns the UCUM code of a spelling where it is known already, else undefined: then `learnUnits` tells. */
export function knownUnit(spelling: string): string | undefined {
  const known = codes.get(spelling);
  if (known !== undefined) return known;
  const code = ucumOfSpelling(spelling);
  return code === null ? undefined : remember(codes, spelling, code);
}

/**
 * Finds the UCUM codes of spellings that are not known yet. What UCUM does not know becomes an annotation, its way to
 * write what is counted: `bottles` is `{bottles}`, which no other unit is converted into.
 */
export async function learnUnits(spellings: Iterable<string>): Promise<void> {
  for (const spelling of spellings) {
    if (knownUnit(spelling) !== undefined) continue;
    const library = await loadUcum();
    const text = plain(spelling);
    const code = library.isValid(text) || /^\{[^{}]+\}$/.test(text) ? text : `{${text.replace(/[{}]/g, '')}}`;
    remember(codes, spelling, code);
  }
}

/** @returns how values of `from` become values of `to`, null where they do not, undefined until `learnConversion` was asked. */
export function knownConversion(from: string, to: string): Converter | null | undefined {
  return converters.get(keyOf(from, to));
}

/** Finds out, once for each pair of codes, whether and how one becomes the other. */
export async function learnConversion(from: string, to: string): Promise<Converter | null> {
  const known = knownConversion(from, to);
  if (known !== undefined) return known;
  return remember(converters, keyOf(from, to), await compile(from, to));
}

async function compile(from: string, to: string): Promise<Converter | null> {
  // For UCUM what is counted has no dimension, so bottles would become pallets, or per cent.
  if (annotationsOf(from) !== annotationsOf(to)) return null;
  const temperature = betweenTemperatures(from, to);
  if (temperature !== null) return temperature;
  const library = await loadUcum();
  const one = library.convert(from, to, 1);
  const two = library.convert(from, to, 2);
  const many = library.convert(from, to, 1000);
  if (one === null || two === null || many === null) return null;
  const isRatio = near(two, 2 * one) && near(many, 1000 * one);
  // What is neither a ratio nor a temperature (decibels, pH) is not plain.
  if (!isRatio || one === 0) return null;
  // A quotient by a whole number is more exact than a product with its inverse: 250 kPa / 100 is 2.5 bar.
  const factor = exact(one);
  const divisor = exact(1 / one);
  return Number.isInteger(divisor) && !Number.isInteger(factor)
    ? (value) => exact(value / divisor)
    : (value) => exact(value * factor);
}

/** To kelvin as (value + offset) · numerator / denominator: exact where doubles are, unlike a way over 273.15 K. */
const TEMPERATURES: Record<string, { offset: number; ratio: number }> = {
  K: { offset: 0, ratio: 1 },
  Cel: { offset: 273.15, ratio: 1 },
  '[degF]': { offset: 459.67, ratio: 5 / 9 },
  '[degR]': { offset: 0, ratio: 5 / 9 },
};

function betweenTemperatures(from: string, to: string): Converter | null {
  const source = TEMPERATURES[from];
  const target = TEMPERATURES[to];
  if (source === undefined || target === undefined) return null;
  if (from === '[degF]' && to === 'Cel') return (value) => exact((value - 32) / 1.8);
  if (from === 'Cel' && to === '[degF]') return (value) => exact(value * 1.8 + 32);
  return (value) => exact(((value + source.offset) * source.ratio) / target.ratio - target.offset);
}

/** Fifteen digits hold every value that a device can mean, and none of what arithmetic adds behind them. */
function exact(value: number): number {
  return Number(value.toPrecision(15));
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.abs(b) * 1e-9;
}

function annotationsOf(code: string): string {
  return (code.match(/\{[^{}]*\}/g) ?? []).join();
}

function keyOf(from: string, to: string): string {
  return `${from}\u0000${to}`;
}

/** Bounded: names come from outside. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  if (map.size >= MAX_REMEMBERED) map.clear();
  map.set(key, value);
  return value;
}
