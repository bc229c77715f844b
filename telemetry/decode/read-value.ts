import { qualitySchema, type Quality } from '../../contracts/quality.ts';
import { refuse, type DecodedReading, type Read } from './decoded.ts';
import { show } from './show.ts';
import { isStorableText } from './storable-text.ts';
import { knownUnit } from '../units/units.ts';

/** Longer texts are documents, not values; one row of `telemetry.event` and one cell of a page must hold it. */
const MAX_TEXT = 16_384;
const MAX_UNIT = 40;

export type Value = Pick<DecodedReading, 'kind' | 'value'>;

/** Reads a JSON value as a number, boolean or text; null is "no value" and needs a quality that says so. */
export function readValue(raw: unknown, quality: Quality): Read<Value> {
  if (typeof raw === 'number') return readNumber(raw);
  if (typeof raw === 'bigint') return { ok: true, value: { kind: 'number', value: raw.toString() } };
  if (typeof raw === 'boolean') return { ok: true, value: { kind: 'boolean', value: raw ? 1 : 0 } };
  if (typeof raw === 'string') return readText(raw);
  if (raw === undefined) {
    return refuse('bad_shape', 'there is no "value". Send {"value": 71.2} or just 71.2.');
  }
  if (raw !== null) {
    return refuse('bad_value', `the value is ${show(raw)}. A value is one number, boolean or text.`);
  }
  if (quality === 'good') {
    return refuse(
      'bad_value',
      'the value is null but its quality is good. Send "quality": "bad" where there is no value.',
    );
  }
  return { ok: true, value: { kind: 'number', value: null } };
}

function readNumber(raw: number): Read<Value> {
  if (!Number.isFinite(raw)) {
    return refuse(
      'bad_number',
      'the value is NaN, infinite or beyond what a double holds (±1.8e308). Send a finite number, or null with "quality": "bad".',
    );
  }
  return { ok: true, value: { kind: 'number', value: raw } };
}

/** Text is stored exactly or not at all: PostgreSQL takes neither NUL nor half a surrogate pair. */
export function readText(raw: string): Read<Value> {
  if (raw.length > MAX_TEXT) {
    return refuse(
      'bad_value',
      `the text has ${raw.length} characters, at most ${MAX_TEXT} are kept. Publish documents elsewhere.`,
    );
  }
  if (!isStorableText(raw)) {
    return refuse(
      'bad_value',
      `the text ${show(raw)} holds a NUL or half of a surrogate pair, which cannot be stored. Remove it.`,
    );
  }
  return { ok: true, value: { kind: 'text', value: raw } };
}

export function readQuality(raw: unknown): Read<Quality> {
  if (raw === undefined || raw === null) return { ok: true, value: 'good' };
  const parsed = qualitySchema.safeParse(typeof raw === 'string' ? raw.toLowerCase() : raw);
  if (parsed.success) return { ok: true, value: parsed.data };
  return refuse(
    'bad_quality',
    `"quality" is ${show(raw)}. It is one of "good", "uncertain", "bad"; leave it out for good.`,
  );
}

/** Reads a unit: its UCUM code where the spelling is known, else as it was sent, for the writer to look up. */
export function readUnit(raw: unknown): Read<string | null> {
  if (raw === undefined || raw === null || raw === '') return { ok: true, value: null };
  if (typeof raw === 'string' && raw.length <= MAX_UNIT && isStorableText(raw) && !/\p{Cc}/u.test(raw)) {
    return { ok: true, value: raw.trim() === '' ? null : (knownUnit(raw) ?? raw) };
  }
  return refuse(
    'bad_unit',
    `"unit" is ${show(raw)}. It is a UCUM code of at most ${MAX_UNIT} characters, like "Cel" or "kW", or a common spelling, like "°C".`,
  );
}
