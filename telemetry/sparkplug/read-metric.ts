import type { Quality } from '../../contracts/quality.ts';
import { refuse, type Read } from '../decode/decoded.ts';
import { readText, type Value } from '../decode/read-value.ts';
import { show } from '../decode/show.ts';
import type { Metric } from './payload.ts';
import { datatypeOf, type Datatype } from './schema.ts';

const INTEGER_BITS: Partial<Record<Datatype, { bits: number; signed: boolean }>> = {
  Int8: { bits: 8, signed: true },
  Int16: { bits: 16, signed: true },
  Int32: { bits: 32, signed: true },
  Int64: { bits: 64, signed: true },
  UInt8: { bits: 8, signed: false },
  UInt16: { bits: 16, signed: false },
  UInt32: { bits: 32, signed: false },
  UInt64: { bits: 64, signed: false },
  // Milliseconds since 1970, kept as that number.
  DateTime: { bits: 64, signed: false },
};
const TEXTS: readonly Datatype[] = ['String', 'Text', 'UUID'];

/** What a reading of a datatype is; null where a metric of it cannot be one. */
export function kindOf(datatype: Datatype): Value['kind'] | null {
  if (INTEGER_BITS[datatype] !== undefined || datatype === 'Float' || datatype === 'Double') return 'number';
  if (datatype === 'Boolean') return 'boolean';
  return TEXTS.includes(datatype) ? 'text' : null;
}

/** Reads a metric's value as its datatype says; null in the payload is no value, of bad quality. */
export function readMetric(
  metric: Metric,
  datatypeNumber: number | null,
): Read<Value & { quality: Quality }> {
  const datatype = datatypeOf(datatypeNumber);
  const kind = kindOf(datatype);
  if (kind === null) return notAReading(datatype, datatypeNumber);
  if (metric.isNull) return { ok: true, value: { kind, value: null, quality: 'bad' } };
  const read = readAs(metric, datatype);
  return read.ok ? { ok: true, value: { ...read.value, quality: qualityOf(metric.qualityCode) } } : read;
}

function readAs({ value }: Metric, datatype: Datatype): Read<Value> {
  if (value === null) {
    return refuse('bad_value', `the metric has neither a value nor is_null. Send one of them.`);
  }
  const integer = INTEGER_BITS[datatype];
  if (integer !== undefined) {
    if (value.field === 'int') return readInteger(BigInt(value.value), 32, integer, datatype);
    return value.field === 'long'
      ? readInteger(value.value, 64, integer, datatype)
      : mismatch(datatype, value);
  }
  if (datatype === 'Boolean') {
    if (value.field !== 'boolean') return mismatch(datatype, value);
    return { ok: true, value: { kind: 'boolean', value: value.value ? 1 : 0 } };
  }
  if (datatype === 'Float' || datatype === 'Double') {
    if (value.field !== 'float' && value.field !== 'double') return mismatch(datatype, value);
    if (Number.isFinite(value.value)) return { ok: true, value: { kind: 'number', value: value.value } };
    return refuse('bad_number', `the value is ${value.value}. Send a finite number, or is_null.`);
  }
  return value.field === 'string' ? readText(value.value) : mismatch(datatype, value);
}

/**
 * Encoders sign-extend a small negative integer to its own width, to 32 or to 64 bits, and take either field: all are
 * read, but bits beyond the datatype that are no sign are refused. What a double cannot hold is kept as text.
 */
function readInteger(
  raw: bigint,
  fieldBits: number,
  { bits, signed }: { bits: number; signed: boolean },
  datatype: Datatype,
): Read<Value> {
  const exact = signed ? BigInt.asIntN(bits, raw) : raw;
  const fits = signed
    ? raw === BigInt.asUintN(bits, exact) ||
      raw === BigInt.asUintN(32, exact) ||
      raw === BigInt.asUintN(fieldBits, exact)
    : raw < 1n << BigInt(bits);
  if (!fits) return refuse('bad_value', `the value ${raw} does not fit into ${datatype}.`);
  const number = Number(exact);
  return {
    ok: true,
    value: { kind: 'number', value: Number.isSafeInteger(number) ? number : exact.toString() },
  };
}

function mismatch(datatype: Datatype, value: { field: string }): ReturnType<typeof refuse> {
  return refuse('bad_value', `the datatype is ${datatype}, but the value came as ${show(value.field)}.`);
}

function notAReading(datatype: Datatype, number: number | null): ReturnType<typeof refuse> {
  const detail =
    datatype === 'Unknown'
      ? `the datatype ${number ?? 'of the metric'} is not known. A birth tells the datatype of every metric.`
      : `a ${datatype} is no single value, so it cannot be kept as a reading. Send its parts as metrics of their own.`;
  return refuse('unsupported_format', detail);
}

/** 192 good, 0 bad, 500 stale; between them the bands of OPC. An old value at the edge is uncertain. */
function qualityOf(code: number | null): Quality {
  if (code === null || (code >= 192 && code < 256)) return 'good';
  return code < 64 ? 'bad' : 'uncertain';
}
