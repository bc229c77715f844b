import { expect, test } from 'vitest';
import { seededRandom } from '../../tests/support/seeded-random.ts';
import { hasSparkplugData, sparkplugGolden } from '../../tests/support/sparkplug-data.ts';
import { decodePayload, MAX_SPARKPLUG_BYTES } from './decode-payload.ts';
import { encodeRebirth, REBIRTH_METRIC } from './encode-rebirth.ts';
import type { Metric, SparkplugPayload } from './payload.ts';
import { readMetric } from './read-metric.ts';
import { DATATYPES, payloadType, type Datatype } from './schema.ts';

function decoded(bytes: Uint8Array): SparkplugPayload {
  const read = decodePayload(bytes);
  if (!read.ok) throw new Error(read.detail);
  return read.value;
}

function metric(datatype: Datatype, fields: object): Metric {
  const payload = { metrics: [{ name: 'm', datatype: DATATYPES.indexOf(datatype), ...fields }] };
  const [first] = decoded(payloadType.encode(payloadType.fromObject(payload)).finish()).metrics;
  if (first === undefined) throw new Error('a metric was encoded');
  return first;
}

const valueOf = (datatype: Datatype, fields: object) => {
  const read = readMetric(metric(datatype, fields), DATATYPES.indexOf(datatype));
  return read.ok ? read.value.value : read.reason;
};

test.runIf(hasSparkplugData)('payloads of another implementation decode to what it says they hold', () => {
  const goldens = sparkplugGolden();
  expect(goldens).toHaveLength(14);
  for (const golden of goldens) {
    const payload = decoded(golden.bytes);
    expect(payload.timestampMs, golden.name).toBe(numberOf(golden.decoded.timestamp));
    expect(payload.seq, golden.name).toBe(numberOf(golden.decoded.seq));
    const expected = (golden.decoded.metrics ?? []).map((each) => ({
      name: each.name ?? null,
      alias: each.alias ?? null,
      timestampMs: numberOf(each.timestamp),
      datatype: each.datatype ?? null,
      historical: each.is_historical ?? false,
      isNull: each.is_null ?? false,
    }));
    expect(payload.metrics, golden.name).toMatchObject(expected);
  }
});

const numberOf = (text: string | undefined) => (text === undefined ? null : Number(text));

test.runIf(hasSparkplugData)('every scalar type is read right at its edge', () => {
  const birth = sparkplugGolden().find(({ name }) => name === '02_nbirth_all_types');
  const metrics = decoded(birth?.bytes ?? Buffer.alloc(0)).metrics;
  const values = metrics.map((each) => {
    const read = readMetric(each, each.datatype);
    return [each.name, read.ok ? read.value.value : read.reason];
  });
  expect(Object.fromEntries(values)).toEqual({
    bdSeq: 0,
    'Node Control/Rebirth': 0,
    'types/i8min': -128,
    'types/i8max': 127,
    'types/i16min': -32768,
    'types/i32min': -2147483648,
    'types/i64min': '-9223372036854775808',
    'types/i64big': '9007199254740993',
    'types/u8max': 255,
    'types/u16max': 65535,
    'types/u32max': 4294967295,
    'types/u64max': '18446744073709551615',
    'types/flt': Math.fround(0.1),
    'types/dbl': -1.5e300,
    'types/boolT': 1,
    'types/str': 'Ünïcode €豆腐',
    'types/dt': 1700000000000,
    'types/txt': 'line1\nline2',
    'types/uuid': '123e4567-e89b-12d3-a456-426614174000',
    'types/bytes': 'unsupported_format',
  });
});

test.each([
  { datatype: 'Int8', fields: { int_value: 128 }, value: -128 },
  { datatype: 'Int8', fields: { int_value: 0xffffff80 }, value: -128 },
  { datatype: 'Int8', fields: { int_value: 300 }, value: 'bad_value' },
  { datatype: 'Int16', fields: { int_value: 0xffff8000 }, value: -32768 },
  { datatype: 'Int32', fields: { long_value: 0xffffffff }, value: -1 },
  { datatype: 'UInt8', fields: { int_value: 256 }, value: 'bad_value' },
  { datatype: 'UInt32', fields: { long_value: 4294967295 }, value: 4294967295 },
  { datatype: 'Int64', fields: { long_value: 5 }, value: 5 },
  { datatype: 'Float', fields: { double_value: 1.25 }, value: 1.25 },
  { datatype: 'Double', fields: { double_value: Number.NaN }, value: 'bad_number' },
  { datatype: 'Double', fields: { int_value: 1 }, value: 'bad_value' },
  { datatype: 'Boolean', fields: { boolean_value: false }, value: 0 },
  { datatype: 'Boolean', fields: { int_value: 1 }, value: 'bad_value' },
  { datatype: 'String', fields: { string_value: '' }, value: '' },
  { datatype: 'String', fields: { string_value: 'a\u0000' }, value: 'bad_value' },
  { datatype: 'Int32', fields: {}, value: 'bad_value' },
  { datatype: 'Int32', fields: { is_null: true }, value: null },
  { datatype: 'Unknown', fields: { int_value: 1 }, value: 'unsupported_format' },
  {
    datatype: 'DataSet',
    fields: { dataset_value: { columns: ['a'], types: [3], rows: [{ elements: [{ int_value: 1 }] }] } },
    value: 'unsupported_format',
  },
  {
    datatype: 'Template',
    fields: { template_value: { template_ref: 'pump', metrics: [{ name: 'x' }] } },
    value: 'unsupported_format',
  },
  { datatype: 'File', fields: { bytes_value: Buffer.from('x') }, value: 'unsupported_format' },
  { datatype: 'Int32Array', fields: { bytes_value: Buffer.from([1, 0, 0, 0]) }, value: 'unsupported_format' },
] satisfies { datatype: Datatype; fields: object; value: unknown }[])(
  'a metric of $datatype with $fields is $value',
  ({ datatype, fields, value }) => {
    expect(valueOf(datatype, fields)).toBe(value);
  },
);

test('an unknown datatype number is refused with a reason', () => {
  expect(readMetric(metric('Int32', { int_value: 1 }), 99)).toMatchObject({
    ok: false,
    reason: 'unsupported_format',
  });
});

test('quality and unit come from the properties', () => {
  const properties = (code: number) => ({
    keys: ['Quality', 'engUnit'],
    values: [
      { type: 3, int_value: code },
      { type: 12, string_value: 'bar' },
    ],
  });
  const qualityOf = (code: number) => {
    const read = readMetric(metric('Int32', { int_value: 1, properties: properties(code) }), 3);
    return read.ok ? read.value.quality : read.reason;
  };
  expect([192, 0, 500, 64].map(qualityOf)).toEqual(['good', 'bad', 'uncertain', 'uncertain']);
  expect(metric('Int32', { int_value: 1, properties: properties(192) }).unit).toBe('bar');
});

test('a rebirth request is a Boolean that is true', () => {
  expect(decoded(encodeRebirth(1_700_000_000_000))).toMatchObject({
    timestampMs: 1_700_000_000_000,
    seq: null,
    metrics: [{ name: REBIRTH_METRIC, datatype: 11, value: { field: 'boolean', value: true } }],
  });
});

test('bytes that are no payload are refused, whatever they are', () => {
  expect(decodePayload(Buffer.from('{"value": 1}'))).toMatchObject({ ok: false, reason: 'bad_sparkplug' });
  expect(decodePayload(Buffer.alloc(MAX_SPARKPLUG_BYTES + 1))).toMatchObject({ reason: 'payload_too_large' });
  expect(decodePayload(nested(200))).toMatchObject({ ok: false, reason: 'bad_sparkplug' });
});

/** A metric that holds a template that holds a metric, and so on. */
function nested(depth: number): Uint8Array {
  let metricBytes: Uint8Array = new Uint8Array();
  for (let i = 0; i < depth; i++) {
    const template = Buffer.concat([Buffer.from([0x12]), lengthOf(metricBytes), metricBytes]);
    metricBytes = Buffer.concat([Buffer.from([0x92, 0x01]), lengthOf(template), template]);
  }
  return Buffer.concat([Buffer.from([0x12]), lengthOf(metricBytes), metricBytes]);
}

function lengthOf(bytes: Uint8Array): Buffer {
  const digits: number[] = [];
  let left = bytes.length;
  do {
    digits.push((left & 127) | (left > 127 ? 128 : 0));
    left >>>= 7;
  } while (left > 0);
  return Buffer.from(digits);
}

test('no damaged payload makes the decoder throw', () => {
  const random = seededRandom(6);
  const whole = payloadType
    .encode(
      payloadType.fromObject({
        timestamp: 1_700_000_000_000,
        seq: 1,
        metrics: [
          {
            name: 'a',
            alias: 1,
            datatype: 10,
            double_value: 1.5,
            properties: { keys: ['Quality'], values: [{ int_value: 192 }] },
          },
          {
            name: 'b',
            datatype: 16,
            dataset_value: { columns: ['x'], types: [3], rows: [{ elements: [{ int_value: 1 }] }] },
          },
          { name: 'c', datatype: 12, string_value: 'text' },
        ],
      }),
    )
    .finish();
  let readable = 0;
  for (let i = 0; i < 5_000; i++) {
    const bytes = Buffer.from(
      whole.subarray(0, random() < 0.3 ? Math.floor(random() * whole.length) : whole.length),
    );
    for (let n = Math.floor(random() * 4); n > 0 && bytes.length > 0; n--)
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const read = decodePayload(bytes);
    if (read.ok) {
      readable++;
      for (const each of read.value.metrics)
        expect(typeof readMetric(each, each.datatype).ok).toBe('boolean');
    } else expect(read.reason).toBe('bad_sparkplug');
  }
  expect(readable).toBeGreaterThan(100);
});
