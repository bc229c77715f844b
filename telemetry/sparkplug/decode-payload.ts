import { refuse, type Read } from '../decode/decoded.ts';
import type { Metric, MetricValue, SparkplugPayload } from './payload.ts';
import { payloadType } from './schema.ts';

/** Births of large gateways are long, but what is larger than this is no telemetry. */
export const MAX_SPARKPLUG_BYTES = 4 * 1024 * 1024;

/** 64 bits as protobufjs gives them. */
interface Long {
  low: number;
  high: number;
}

interface WirePayload {
  timestamp?: Long;
  seq?: Long;
  metrics: WireMetric[];
}

interface WireMetric {
  name?: string;
  alias?: Long;
  timestamp?: Long;
  datatype?: number;
  is_historical?: boolean;
  is_null?: boolean;
  properties?: { keys: string[]; values: WireValue[] };
  /** Which of the value fields came last. */
  value?: string;
  int_value?: number;
  long_value?: Long;
  float_value?: number;
  double_value?: number;
  boolean_value?: boolean;
  string_value?: string;
  bytes_value?: Uint8Array;
  dataset_value?: object;
  template_value?: object;
}
type WireValue = Pick<WireMetric, 'value' | 'int_value' | 'long_value' | 'string_value'>;

/** Decodes the bytes of a Sparkplug B message. It never throws: what is no such payload is told with a reason. */
export function decodePayload(bytes: Uint8Array): Read<SparkplugPayload> {
  if (bytes.byteLength > MAX_SPARKPLUG_BYTES) {
    return refuse(
      'payload_too_large',
      `the payload has ${bytes.byteLength} bytes, at most ${MAX_SPARKPLUG_BYTES} are taken.`,
    );
  }
  try {
    // The schema gives the decoded message its shape.
    const wire = payloadType.decode(bytes) as unknown as WirePayload;
    return { ok: true, value: payloadOf(wire) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return refuse(
      'bad_sparkplug',
      `the payload cannot be read as a Sparkplug B payload (protocol buffers): ${said}. Check that the sender encodes spBv1.0.`,
    );
  }
}

function payloadOf(wire: WirePayload): SparkplugPayload {
  return {
    timestampMs: toNumber(own(wire, 'timestamp')),
    seq: toNumber(own(wire, 'seq')),
    metrics: wire.metrics.map(metricOf),
  };
}

function metricOf(wire: WireMetric): Metric {
  const alias = own(wire, 'alias');
  const quality = propertyOf(wire, 'Quality');
  const unit = propertyOf(wire, 'engUnit');
  return {
    name: own(wire, 'name') ?? null,
    alias: alias === undefined ? null : toBigInt(alias).toString(),
    timestampMs: toNumber(own(wire, 'timestamp')),
    datatype: own(wire, 'datatype') ?? null,
    historical: wire.is_historical === true,
    isNull: wire.is_null === true,
    value: valueOf(wire),
    qualityCode:
      quality === null ? null : (own(quality, 'int_value') ?? toNumber(own(quality, 'long_value'))),
    unit: unit === null ? null : (own(unit, 'string_value') ?? null),
  };
}

function valueOf(wire: WireMetric): MetricValue | null {
  const { int_value, long_value, float_value, double_value, boolean_value, string_value } = wire;
  const { bytes_value, dataset_value, template_value } = wire;
  switch (wire.value) {
    case 'int_value':
      return { field: 'int', value: int_value ?? 0 };
    case 'long_value':
      return long_value === undefined ? null : { field: 'long', value: toBigInt(long_value) };
    case 'float_value':
      return { field: 'float', value: float_value ?? 0 };
    case 'double_value':
      return { field: 'double', value: double_value ?? 0 };
    case 'boolean_value':
      return { field: 'boolean', value: boolean_value ?? false };
    case 'string_value':
      return { field: 'string', value: string_value ?? '' };
    case 'bytes_value':
      return { field: 'bytes', value: bytes_value ?? new Uint8Array() };
    case 'dataset_value':
      return { field: 'dataset', value: dataset_value ?? {} };
    case 'template_value':
      return { field: 'template', value: template_value ?? {} };
    case undefined:
    default:
      return null;
  }
}

function propertyOf(wire: WireMetric, key: string): WireValue | null {
  const properties = own(wire, 'properties');
  const index = properties?.keys.indexOf(key) ?? -1;
  return properties?.values[index] ?? null;
}

/** A field that was not sent reads as its type's zero from the prototype: only own fields were. */
function own<Message extends object, Field extends keyof Message>(
  message: Message,
  field: Field,
): Message[Field] | undefined {
  return Object.hasOwn(message, field) ? message[field] : undefined;
}

function toBigInt({ low, high }: Long): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Exact to 2^53; times and sequence numbers lie far below, and what does not is refused as implausible later. */
function toNumber(long: Long | undefined): number | null {
  return long === undefined ? null : (long.high >>> 0) * 4_294_967_296 + (long.low >>> 0);
}
