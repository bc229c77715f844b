/** A payload as it was decoded: nothing in it has been judged yet. */
export interface SparkplugPayload {
  timestampMs: number | null;
  /** As sent; 0 to 255 where the sender follows the specification. */
  seq: number | null;
  metrics: Metric[];
}

export interface Metric {
  name: string | null;
  /** An unsigned 64-bit integer in decimal digits. */
  alias: string | null;
  timestampMs: number | null;
  /** Its number in `DATATYPES`; null where it was not sent. */
  datatype: number | null;
  historical: boolean;
  isNull: boolean;
  value: MetricValue | null;
  /** From the properties `Quality` (192 is good) and `engUnit`. */
  qualityCode: number | null;
  unit: string | null;
}

/** The field that a value came in. Signed integers come in unsigned fields, as two's complement. */
export type MetricValue =
  | { field: 'int'; value: number }
  | { field: 'long'; value: bigint }
  | { field: 'float' | 'double'; value: number }
  | { field: 'boolean'; value: boolean }
  | { field: 'string'; value: string }
  | { field: 'bytes'; value: Uint8Array }
  | { field: 'dataset' | 'template'; value: object };
