import { DATATYPES, payloadType, type Datatype } from '../../telemetry/sparkplug/schema.ts';

/** A metric in the words of the specification; the value goes into the field of its datatype. */
export interface SentMetric {
  name?: string;
  alias?: number;
  at?: number;
  type?: Datatype;
  value?: number | boolean | string | null;
  historical?: boolean;
}

/** A payload as an edge node sends it. */
export function sparkplugPayload(fields: {
  at?: number;
  seq?: number;
  metrics?: readonly SentMetric[];
}): Buffer {
  const metrics = (fields.metrics ?? []).map(({ name, alias, at, type, value, historical }) => ({
    ...(name === undefined ? {} : { name }),
    ...(alias === undefined ? {} : { alias }),
    ...(at === undefined ? {} : { timestamp: at }),
    ...(type === undefined ? {} : { datatype: DATATYPES.indexOf(type) }),
    ...(historical === true ? { is_historical: true } : {}),
    ...fieldOf(type, value),
  }));
  const payload = {
    ...(fields.at === undefined ? {} : { timestamp: fields.at }),
    ...(fields.seq === undefined ? {} : { seq: fields.seq }),
    metrics,
  };
  return Buffer.from(payloadType.encode(payloadType.fromObject(payload)).finish());
}

function fieldOf(type: Datatype | undefined, value: SentMetric['value']): object {
  if (value === undefined) return {};
  if (value === null) return { is_null: true };
  if (typeof value === 'boolean') return { boolean_value: value };
  if (typeof value === 'string') return { string_value: value };
  if (type === 'Int64' || type === 'UInt64' || type === 'DateTime') return { long_value: value };
  return type === undefined || type === 'Double' ? { double_value: value } : { int_value: value };
}
