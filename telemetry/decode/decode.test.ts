import { expect, test } from 'vitest';
import { decode } from './decode.ts';
import type { Decoded } from './decoded.ts';

const RECEIVED_AT_MS = Date.UTC(2026, 10, 20, 12);
const SIGNAL = 'plants/lindau/press/line-1/press-1/temperature';
const MACHINE = 'plants/lindau/press/line-1/press-1';
const PATH = 'lindau/press/line-1/press-1/temperature';

function read(payload: string | Uint8Array, topic = SIGNAL): Decoded {
  return decode({
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    receivedAtMs: RECEIVED_AT_MS,
  });
}

function only(decoded: Decoded) {
  expect(decoded.refusals).toEqual([]);
  expect(decoded.readings).toHaveLength(1);
  return decoded.readings[0];
}

function reasons(decoded: Decoded) {
  return decoded.refusals.map((refusal) => refusal.reason);
}

test.each([
  { name: 'a bare number', payload: '71.2', kind: 'number', value: 71.2 },
  { name: 'a bare number with spaces around it', payload: ' -3e2\n', kind: 'number', value: -300 },
  { name: 'a bare number with a plus', payload: '+.5', kind: 'number', value: 0.5 },
  { name: 'a bare boolean', payload: 'true', kind: 'boolean', value: 1 },
  { name: 'a boolean as controllers write it', payload: 'FALSE', kind: 'boolean', value: 0 },
  { name: 'a bare word', payload: 'running', kind: 'text', value: 'running' },
  { name: 'a bare word with umlauts', payload: 'Störung', kind: 'text', value: 'Störung' },
  { name: 'a JSON string of digits', payload: '"71.2"', kind: 'text', value: '71.2' },
  { name: 'a version', payload: '1.2.3', kind: 'text', value: '1.2.3' },
  { name: 'a value object', payload: '{"value": 71.2}', kind: 'number', value: 71.2 },
  { name: 'digits as text in an object', payload: '{"value": "71.2"}', kind: 'text', value: '71.2' },
  { name: 'empty text in an object', payload: '{"value": ""}', kind: 'text', value: '' },
  {
    name: 'an integer beyond 2^53, bare',
    payload: '9007199254740993',
    kind: 'number',
    value: '9007199254740993',
  },
  {
    name: 'an integer beyond 2^53 in JSON',
    payload: '{"value":-12345678901234567890}',
    kind: 'number',
    value: '-12345678901234567890',
  },
  {
    name: 'the largest safe integer',
    payload: '{"value":9007199254740991}',
    kind: 'number',
    value: 9007199254740991,
  },
  { name: 'a byte-order mark before the value', payload: '\ufeff71.2', kind: 'number', value: 71.2 },
  {
    name: 'duplicate keys, of which the last wins',
    payload: '{"value":1,"value":2}',
    kind: 'number',
    value: 2,
  },
])('$name is read', ({ payload, kind, value }) => {
  expect(only(read(payload))).toMatchObject({
    path: PATH,
    kind,
    value,
    unit: null,
    quality: 'good',
    atMicros: null,
  });
});

test('an object gives value, time, unit and quality', () => {
  expect(only(read('{"value":null,"at":1763640000,"unit":"Cel","quality":"BAD"}'))).toMatchObject({
    path: PATH,
    kind: 'number',
    value: null,
    unit: 'Cel',
    quality: 'bad',
    atMicros: 1763640000e6,
  });
});

test.each([
  { name: 'nothing', payload: '', reason: 'empty_payload' },
  { name: 'only spaces', payload: ' \r\n', reason: 'empty_payload' },
  { name: 'a decimal comma', payload: '71,2', reason: 'bad_number' },
  { name: 'a decimal comma with thousands', payload: '1.071,2', reason: 'bad_number' },
  { name: 'a bare NaN', payload: 'NaN', reason: 'bad_number' },
  { name: 'a bare Infinity', payload: '-Infinity', reason: 'bad_number' },
  { name: 'a number beyond doubles', payload: '1e309', reason: 'bad_number' },
  { name: 'a number beyond doubles in JSON', payload: '{"value":1e309}', reason: 'bad_number' },
  { name: 'NaN in JSON', payload: '{"value":NaN}', reason: 'bad_number' },
  { name: 'a bare null', payload: 'null', reason: 'bad_value' },
  { name: 'null of good quality', payload: '{"value":null}', reason: 'bad_value' },
  { name: 'an object as a value', payload: '{"value":{"x":1}}', reason: 'bad_value' },
  { name: 'text with NUL', payload: '{"value":"a\\u0000b"}', reason: 'bad_value' },
  { name: 'text with half a surrogate pair', payload: '{"value":"\\ud800"}', reason: 'bad_value' },
  { name: 'an object without a value', payload: '{"temperature":71.2}', reason: 'bad_shape' },
  { name: 'an inherited key as the value', payload: '{"__proto__":{"value":1}}', reason: 'bad_shape' },
  { name: 'an empty array', payload: '[]', reason: 'bad_shape' },
  { name: 'JSON that is cut off', payload: '{"value":71.2,"at":"2026-1', reason: 'not_json' },
  { name: 'an unknown quality', payload: '{"value":1,"quality":"fine"}', reason: 'bad_quality' },
  { name: 'a unit that is a number', payload: '{"value":1,"unit":7}', reason: 'bad_unit' },
  { name: 'a time that is text', payload: '{"value":1,"at":"yesterday"}', reason: 'bad_time' },
  { name: 'a time in 1970', payload: '{"value":1,"at":0}', reason: 'implausible_time' },
  {
    name: 'a time six minutes ahead',
    payload: `{"value":1,"at":${RECEIVED_AT_MS + 360_000}}`,
    reason: 'future_time',
  },
])('$name is refused with its reason and a hint', ({ payload, reason }) => {
  const decoded = read(payload);
  expect(decoded.readings).toMatchObject([]);
  expect(reasons(decoded)).toEqual([reason]);
  expect(decoded.refusals[0]?.detail).toMatch(/\w+.*\./);
});

test('bytes that are not UTF-8 are refused', () => {
  expect(reasons(read(Uint8Array.of(0xc3, 0x28)))).toEqual(['not_utf8']);
});

test('a payload of more than 1 MB is refused without being read', () => {
  expect(reasons(read(new Uint8Array(10 * 1024 * 1024)))).toEqual(['payload_too_large']);
});

test.each([
  { name: 'too short', topic: 'plants/lindau/press', reason: 'bad_topic' },
  { name: 'too deep', topic: `${SIGNAL}/max`, reason: 'bad_topic' },
  { name: 'outside the tree', topic: 'factory/a/b/c/d/e', reason: 'bad_topic' },
  { name: 'with an empty level', topic: 'plants/lindau//line-1/press-1/temperature', reason: 'bad_name' },
  {
    name: 'with a replacement character',
    topic: 'plants/lindau/press/line-1/press-1/\ufffd',
    reason: 'bad_name',
  },
  {
    name: 'with a machine named order',
    topic: 'plants/lindau/press/line-1/order/temperature',
    reason: 'bad_name',
  },
  { name: 'of Sparkplug B', topic: 'spBv1.0/group/NDATA/node', reason: 'unsupported_format' },
])('a topic $name is refused', ({ topic, reason }) => {
  expect(reasons(read('71.2', topic))).toEqual([reason]);
});

test('one bad element in an array of 1,000 leaves the other 999', () => {
  const elements = Array.from(
    { length: 1000 },
    (_, i) => `{"value":${i === 499 ? 'NaN' : i},"at":${RECEIVED_AT_MS - i}}`,
  );
  const decoded = read(`[${elements.join(',')}]`);
  expect(decoded.readings).toHaveLength(999);
  expect(decoded.refusals).toHaveLength(1);
  expect(decoded.refusals[0]).toMatchObject({
    reason: 'bad_number',
    excerpt: `{"value":NaN,"at":${RECEIVED_AT_MS - 499}}`,
  });
  expect(decoded.refusals[0]?.detail).toMatch(/^element 500: /);
});

test('an array on a signal topic may mix bare values and objects', () => {
  const decoded = read('[1, {"value":2}, "three", [4], null]');
  expect(decoded.readings.map((reading) => reading.value)).toEqual([1, 2, 'three']);
  expect(reasons(decoded)).toEqual(['bad_value', 'bad_value']);
});

test('a machine message gives each value its signal, "/" in names as "."', () => {
  const decoded = read(
    '{"at":"2026-11-20T11:00:00","values":{"axis/1":1,"state":"running","power":{"value":2,"unit":"kW"}}}',
    MACHINE,
  );
  const atMicros = Date.UTC(2026, 10, 20, 11) * 1000;
  expect(decoded.refusals).toEqual([]);
  expect(decoded.readings).toMatchObject([
    { path: `${MACHINE.slice(7)}/axis.1`, kind: 'number', value: 1, unit: null, quality: 'good', atMicros },
    {
      path: `${MACHINE.slice(7)}/state`,
      kind: 'text',
      value: 'running',
      unit: null,
      quality: 'good',
      atMicros,
    },
    { path: `${MACHINE.slice(7)}/power`, kind: 'number', value: 2, unit: 'kW', quality: 'good', atMicros },
  ]);
});

test('in a machine message a bad value or name spoils only itself, a bad time the record', () => {
  const values = '{"good":1,"bad":[1],"#":2}';
  const decoded = read(
    `[{"at":1763640000,"values":${values}},{"at":"?","values":${values}},{"values":{}},7]`,
    MACHINE,
  );
  expect(decoded.readings.map((reading) => reading.path)).toEqual([`${MACHINE.slice(7)}/good`]);
  expect(reasons(decoded)).toEqual(['bad_value', 'bad_name', 'bad_time', 'bad_shape', 'bad_shape']);
});

test('keys that objects inherit are signals like any other', () => {
  const decoded = read('{"values":{"__proto__":1,"constructor":2,"toString":3}}', MACHINE);
  expect(decoded.readings.map((reading) => [reading.path.split('/')[4], reading.value])).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
    ['toString', 3],
  ]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('a message for a machine that is not JSON is refused', () => {
  expect(reasons(read('71.2', MACHINE))).toEqual(['bad_shape']);
  expect(reasons(read('running', MACHINE))).toEqual(['not_json']);
});

test('an order is read with its times', () => {
  const decoded = read(
    '{"order":"4711","product":"lid","quantity":500,"plannedFrom":"2026-11-20T06:00Z","plannedTo":1795183200,"idealCycleS":1.5}',
    'plants/lindau/press/line-1/order',
  );
  expect(decoded).toEqual({
    readings: [],
    refusals: [],
    orders: [
      {
        site: 'lindau',
        area: 'press',
        line: 'line-1',
        order: '4711',
        product: 'lid',
        quantity: 500,
        idealCycleS: 1.5,
        plannedFromMs: Date.UTC(2026, 10, 20, 6),
        plannedToMs: 1795183200e3,
      },
    ],
  });
});

test.each([
  { name: 'lacks fields', payload: '{"order":"4711"}' },
  {
    name: 'ends before it begins',
    payload:
      '{"order":"1","product":"p","quantity":1,"plannedFrom":1763640000,"plannedTo":1763630000,"idealCycleS":1}',
  },
  {
    name: 'has no plausible time',
    payload:
      '{"order":"1","product":"p","quantity":1,"plannedFrom":"soon","plannedTo":1763630000,"idealCycleS":1}',
  },
  { name: 'is a list', payload: '[1]' },
])('an order that $name is refused', ({ payload }) => {
  expect(reasons(read(payload, 'plants/lindau/press/line-1/order'))).toEqual(['bad_order']);
});

test('every element of a message has an address of its own, whatever becomes of the others', () => {
  const values = '{"a":1,"b":[1],"c":3}';
  const { readings, refusals } = read(
    `[{"values":${values}},{"at":"?","values":${values}},{"values":{"d":4}}]`,
    MACHINE,
  );
  const record = 2 ** 20;
  expect(readings.map((reading) => reading.element)).toEqual([1, 3, 2 * record + 1]);
  expect(refusals.map((refusal) => refusal.element)).toEqual([2, record]);
});
