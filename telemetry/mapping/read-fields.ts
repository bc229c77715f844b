import { refuse, type Decoded, type Read, type Refusal } from '../decode/decoded.ts';
import { elementOf } from '../decode/element.ts';
import type { ParsedJson } from '../decode/parse-json.ts';
import { isObject, keep, own, readOne } from '../decode/read-record.ts';
import { readTime } from '../decode/read-time.ts';
import { readSignalName } from '../decode/read-topic.ts';
import { show } from '../decode/show.ts';
import type { Fields, Place } from './compile-fields.ts';
import { valueAt } from './field-path.ts';

export interface MappedMessage {
  json: ParsedJson;
  /** `site/area/line/machine`. */
  machine: string;
  /** The signal where the topic names it, else null. */
  signal: string | null;
  receivedAtMs: number;
}

/** A value on its way: its signal or why it has none, and what stands there. */
interface Found {
  signal: Read<string>;
  raw: unknown;
}

/** Reads a payload by the fields of its pattern. A payload that is a list is read element by element, as the plain forms are. */
export function readFields(message: MappedMessage, fields: Fields): Decoded {
  const sink: Decoded = { readings: [], orders: [], refusals: [] };
  const { root } = message.json;
  const roots: readonly unknown[] = Array.isArray(root) && fields.each?.length !== 0 ? root : [root];
  let record = 0;
  for (const payload of roots) {
    const list = fields.each === null ? [payload] : valueAt(payload, fields.each);
    if (!Array.isArray(list)) {
      refuseRecord(payload, record++, `there is no list at "${fields.each?.join('.') ?? ''}"`, message, sink);
      continue;
    }
    for (const element of list) readElement(element, payload, record++, message, fields, sink);
  }
  if (sink.readings.length + sink.refusals.length === 0)
    refuseRecord(
      root,
      0,
      'the list is empty: there is nothing to store. Leave the message out',
      message,
      sink,
    );
  if (roots.length === 1 && record <= 1) for (const refusal of sink.refusals) wholeIfAlone(refusal, sink);
  return sink;
}

/** All of a message was refused when its one refusal is all there is. */
function wholeIfAlone(refusal: Refusal, sink: Decoded): void {
  if (sink.refusals.length === 1 && sink.readings.length === 0) refusal.excerpt = null;
}

function readElement(
  element: unknown,
  payload: unknown,
  record: number,
  message: MappedMessage,
  fields: Fields,
  sink: Decoded,
): void {
  const { json, machine, receivedAtMs } = message;
  const at = (place: Place | null) =>
    place === null ? undefined : json.lift(valueAt(place.inElement ? element : payload, place.path));
  const time = readTime(at(fields.time), receivedAtMs);
  if (!time.ok) return refuseRecord(element, record, time.detail, message, sink, time.reason);
  const found = findValues(element, message, fields);
  if (found.length === 0)
    return refuseRecord(element, record, 'none of the values that the pattern names is there', message, sink);
  const unit = at(fields.unit);
  const quality = qualityOf(at(fields.quality));
  for (const [i, { signal, raw }] of found.entries()) {
    const address = elementOf(record, found.length === 1 ? null : i);
    const context = { json, receivedAtMs };
    const name = signal.ok ? signal.value : '';
    const said = unit ?? fields.units.get(name);
    const whole =
      said === undefined && quality === undefined
        ? raw
        : { ...asObject(raw), ...given('unit', said), ...given('quality', quality) };
    const read = signal.ok ? readOne(whole, `${machine}/${name}`, time.value, address, context) : signal;
    keep(read, raw, address, signal.ok ? `${show(name)}: ` : '', context, sink);
  }
}

function findValues(element: unknown, { signal, json }: MappedMessage, { values }: Fields): Found[] {
  switch (values.kind) {
    case 'one':
      return [{ signal: { ok: true, value: signal ?? '' }, raw: valueAt(element, values.path) }];
    case 'pair': {
      const name = json.lift(valueAt(element, values.name));
      const read =
        typeof name === 'string'
          ? readSignalName(name)
          : refuse('bad_name', `the name is ${show(name)}, no text.`);
      return [{ signal: read, raw: valueAt(element, values.value) }];
    }
    case 'members': {
      const members = valueAt(element, values.path);
      if (!isObject(members)) return [];
      return Object.keys(members).map((key) => ({ signal: readSignalName(key), raw: own(members, key) }));
    }
    case 'fields':
      // A message need not carry every value.
      return values.fields.flatMap(({ signal: name, path }) => {
        const raw = valueAt(element, path);
        return raw === undefined ? [] : [{ signal: { ok: true, value: name }, raw }];
      });
  }
}

/** A value with its own time stays an object; a bare one becomes one, to carry unit and quality. */
function asObject(raw: unknown): object {
  return isObject(raw) ? raw : raw === undefined ? {} : { value: raw };
}

function given(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value };
}

/** Qualities as controllers give them: OPC's numbers (192 good, 64 uncertain, 0 bad), or whether it is good. */
function qualityOf(raw: unknown): unknown {
  if (typeof raw === 'boolean') return raw ? 'good' : 'bad';
  if (typeof raw !== 'number') return raw;
  return raw >= 192 ? 'good' : raw >= 64 ? 'uncertain' : 'bad';
}

function refuseRecord(
  raw: unknown,
  record: number,
  detail: string,
  { json, receivedAtMs }: MappedMessage,
  sink: Decoded,
  reason: Refusal['reason'] = 'bad_shape',
): void {
  keep(refuse(reason, detail), raw, elementOf(record, null), '', { json, receivedAtMs }, sink);
}
