import { deserialize, serialize } from 'node:v8';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, inflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import type { SpooledBatch, SpooledPart } from './spool.ts';

/*
 * A spooled batch on disk: a head of fixed size, then its parts as V8 serialises them (Node's own versioned format,
 * which later versions of Node read) under raw deflate. The checksum covers all that follows it.
 */
const VERSION = 1;
const HEAD_BYTES = 38;
const LIGHTLY: ZlibOptions = { level: constants.Z_BEST_SPEED };
/** Both off the main thread. */
const deflate = promisify<InputType, ZlibOptions, Buffer>(deflateRaw);
const inflate = promisify<InputType, Buffer>(inflateRaw);
const AT = {
  crc: 0,
  version: 4,
  uncertain: 5,
  readings: 6,
  messages: 10,
  oldestAtMs: 14,
  batchId: 22,
} as const;

/** What can be known of a record without reading its parts. */
export interface RecordHead {
  batchId: string;
  /** Whether the database may have stored it already. */
  uncertain: boolean;
  /** As the accounting counts. */
  readings: number;
  messages: number;
  /** When its oldest message arrived. */
  oldestAtMs: number;
}

export async function encodeRecord(batch: SpooledBatch): Promise<Buffer> {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(VERSION, AT.version);
  head.writeUInt8(batch.uncertain ? 1 : 0, AT.uncertain);
  head.writeUInt32BE(
    sum(batch.parts, ({ counted }) => counted),
    AT.readings,
  );
  head.writeUInt32BE(
    sum(batch.parts, ({ messages }) => messages),
    AT.messages,
  );
  head.writeDoubleBE(Math.min(...batch.parts.map(({ message }) => message.receivedAtMs)), AT.oldestAtMs);
  Buffer.from(batch.batchId.replaceAll('-', ''), 'hex').copy(head, AT.batchId);
  const record = Buffer.concat([head, await deflate(serialize(batch.parts), LIGHTLY)]);
  record.writeUInt32BE(crc32(record.subarray(AT.version)), AT.crc);
  return record;
}

/** null for a record that is not as it was written. */
export function readHead(record: Uint8Array): RecordHead | null {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  if (bytes.length <= HEAD_BYTES || bytes.readUInt8(AT.version) !== VERSION) return null;
  if (bytes.readUInt32BE(AT.crc) !== crc32(bytes.subarray(AT.version))) return null;
  const id = bytes.toString('hex', AT.batchId, AT.batchId + 16);
  return {
    batchId: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    uncertain: bytes.readUInt8(AT.uncertain) === 1,
    readings: bytes.readUInt32BE(AT.readings),
    messages: bytes.readUInt32BE(AT.messages),
    oldestAtMs: bytes.readDoubleBE(AT.oldestAtMs),
  };
}

/** The parts of a record whose head was read. */
export async function readParts(record: Uint8Array): Promise<SpooledPart[]> {
  // The checksum has said that this is what `encodeRecord` wrote.
  return deserialize(await inflate(record.subarray(HEAD_BYTES))) as SpooledPart[];
}

function sum<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((total, item) => total + of(item), 0);
}
