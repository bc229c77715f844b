import { refuse, type DecodedReading, type Read, type Refusal } from './decoded.ts';
import { elementOf } from './element.ts';
import type { ParsedJson } from './parse-json.ts';
import { readTime } from './read-time.ts';
import { readSignalName } from './read-topic.ts';
import { readQuality, readUnit, readValue } from './read-value.ts';
import { excerptOf, show } from './show.ts';
import { toStorableText } from './storable-text.ts';

export interface Sink {
  readings: DecodedReading[];
  refusals: Refusal[];
}

interface Context {
  json: ParsedJson;
  receivedAtMs: number;
}

/** Own properties only: a key named `constructor` or `__proto__` in a message is data, a missing one is missing. */
export function own(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One element of a signal's topic: a bare value, or `{value, at, unit, quality}`. */
export function readSignalRecord(
  raw: unknown,
  path: string,
  record: number,
  where: string,
  context: Context,
  sink: Sink,
): void {
  const element = elementOf(record, null);
  keep(readOne(raw, path, null, element, context), raw, element, where, context, sink);
}

/** One element of a machine's topic: `{at, values: {name: value}}`; a value may also be `{value, unit, quality, at}`. */
export function readMachineRecord(
  raw: unknown,
  path: string,
  record: number,
  where: string,
  context: Context,
  sink: Sink,
): void {
  const whole = elementOf(record, null);
  const values = isObject(raw) ? own(raw, 'values') : undefined;
  if (!isObject(raw) || !isObject(values)) {
    const shape = 'a machine\'s message is {"at": …, "values": {"temperature": 71.2, …}}';
    keep(
      refuse('bad_shape', `${shape}, this is ${show(raw)}. For one value publish on …/<machine>/<signal>.`),
      raw,
      whole,
      where,
      context,
      sink,
    );
    return;
  }
  const at = readTime(context.json.lift(own(raw, 'at')), context.receivedAtMs);
  if (!at.ok) {
    keep(at, raw, whole, where, context, sink);
    return;
  }
  const keys = Object.keys(values);
  if (keys.length === 0) {
    keep(
      refuse('bad_shape', '"values" is empty: there is nothing to store. Leave the message out.'),
      raw,
      whole,
      where,
      context,
      sink,
    );
  }
  for (const [i, key] of keys.entries()) {
    const value = own(values, key);
    const element = elementOf(record, i);
    const name = readSignalName(key);
    const read = name.ok ? readOne(value, `${path}/${name.value}`, at.value, element, context) : name;
    keep(read, { [key]: value }, element, `${where}value ${show(key)}: `, context, sink);
  }
}

/** Reads a bare value, or `{value, at, unit, quality}`. */
export function readOne(
  raw: unknown,
  path: string,
  outerAtMicros: number | null,
  element: number,
  context: Context,
): Read<DecodedReading> {
  const { json, receivedAtMs } = context;
  const lifted = json.lift(raw);
  if (!isObject(lifted)) {
    const read = readValue(lifted, 'good');
    if (!read.ok) return read;
    const { kind, value } = read.value;
    return {
      ok: true,
      value: { path, kind, value, unit: null, quality: 'good', atMicros: outerAtMicros, element },
    };
  }
  const quality = readQuality(own(lifted, 'quality'));
  if (!quality.ok) return quality;
  const read = readValue(json.lift(own(lifted, 'value')), quality.value);
  if (!read.ok) return read;
  const unit = readUnit(own(lifted, 'unit'));
  if (!unit.ok) return unit;
  const at = readTime(json.lift(own(lifted, 'at')), receivedAtMs);
  if (!at.ok) return at;
  const { kind, value } = read.value;
  const atMicros = at.value ?? outerAtMicros;
  return {
    ok: true,
    value: { path, kind, value, unit: unit.value, quality: quality.value, atMicros, element },
  };
}

/** Puts what was read where it belongs. */
export function keep(
  read: Read<DecodedReading>,
  raw: unknown,
  element: number,
  where: string,
  { json }: Context,
  sink: Sink,
): void {
  if (read.ok) sink.readings.push(read.value);
  else {
    const detail = toStorableText(json.asWritten(where + read.detail));
    sink.refusals.push({ reason: read.reason, detail, excerpt: json.asWritten(excerptOf(raw)), element });
  }
}
