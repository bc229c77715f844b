import protobuf from 'protobufjs';

// The Sparkplug B payload, by the field numbers of the Sparkplug 3.0 specification, chapter 6. Written as proto3 with
// optional fields: that keeps "absent" apart from zero, refuses text that is not UTF-8, and reads the same bytes. What it
// leaves out (extensions) is skipped.
const SCHEMA = `
  syntax = "proto3";
  message Payload {
    optional uint64 timestamp = 1;
    repeated Metric metrics = 2;
    optional uint64 seq = 3;
    optional string uuid = 4;
    optional bytes body = 5;
  }
  message Metric {
    optional string name = 1;
    optional uint64 alias = 2;
    optional uint64 timestamp = 3;
    optional uint32 datatype = 4;
    optional bool is_historical = 5;
    optional bool is_transient = 6;
    optional bool is_null = 7;
    optional PropertySet properties = 9;
    oneof value {
      uint32 int_value = 10;
      uint64 long_value = 11;
      float float_value = 12;
      double double_value = 13;
      bool boolean_value = 14;
      string string_value = 15;
      bytes bytes_value = 16;
      DataSet dataset_value = 17;
      Template template_value = 18;
    }
  }
  message PropertySet {
    repeated string keys = 1;
    repeated PropertyValue values = 2;
  }
  message PropertyValue {
    optional uint32 type = 1;
    optional bool is_null = 2;
    oneof value {
      uint32 int_value = 3;
      uint64 long_value = 4;
      float float_value = 5;
      double double_value = 6;
      bool boolean_value = 7;
      string string_value = 8;
    }
  }
  message DataSet {
    optional uint64 num_of_columns = 1;
    repeated string columns = 2;
    repeated uint32 types = 3;
    repeated Row rows = 4;
  }
  message Row {
    repeated Cell elements = 1;
  }
  message Cell {
    oneof value {
      uint32 int_value = 1;
      uint64 long_value = 2;
      float float_value = 3;
      double double_value = 4;
      bool boolean_value = 5;
      string string_value = 6;
    }
  }
  message Template {
    optional string version = 1;
    repeated Metric metrics = 2;
    repeated Parameter parameters = 3;
    optional string template_ref = 4;
    optional bool is_definition = 5;
  }
  message Parameter {
    optional string name = 1;
    optional uint32 type = 2;
    oneof value {
      uint32 int_value = 3;
      uint64 long_value = 4;
      float float_value = 5;
      double double_value = 6;
      bool boolean_value = 7;
      string string_value = 8;
    }
  }`;

/** Decodes and encodes the payload of every Sparkplug B message but STATE, which is JSON. */
export const payloadType = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('Payload');

/** Datatypes by their number (Sparkplug 3.0, 6.4.16). */
export const DATATYPES = [
  ...['Unknown', 'Int8', 'Int16', 'Int32', 'Int64', 'UInt8', 'UInt16', 'UInt32', 'UInt64', 'Float', 'Double'],
  ...['Boolean', 'String', 'DateTime', 'Text', 'UUID', 'DataSet', 'Bytes', 'File', 'Template', 'PropertySet'],
  ...['PropertySetList', 'Int8Array', 'Int16Array', 'Int32Array', 'Int64Array', 'UInt8Array', 'UInt16Array'],
  ...['UInt32Array', 'UInt64Array', 'FloatArray', 'DoubleArray', 'BooleanArray', 'StringArray'],
  'DateTimeArray',
] as const;
export type Datatype = (typeof DATATYPES)[number];

export function datatypeOf(number: number | null): Datatype {
  return DATATYPES[number ?? 0] ?? 'Unknown';
}
