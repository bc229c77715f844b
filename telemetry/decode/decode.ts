import { isUtf8 } from 'node:buffer';
import type { RefusalReason } from '../../contracts/api/dead-letters.ts';
import type { Decoded, Read } from './decoded.ts';
import { parseJson, type ParsedJson } from './parse-json.ts';
import { readBare } from './read-bare.ts';
import { readOrder } from './read-order.ts';
import { readMachineRecord, readSignalRecord } from './read-record.ts';
import { readTopic, type Named } from './read-topic.ts';
import type { Value } from './read-value.ts';
import { toStorableText } from './storable-text.ts';

// Turns one message into readings, orders and refusals (the plain forms of DESIGN §5). It must never throw and never
// lose a part of a message without saying so: whatever is not a reading or an order is a refusal with a reason.

/** 1 MB; what is larger is no telemetry. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

export function decode(message: { topic: string; payload: Uint8Array; receivedAtMs: number }): Decoded {
  const named = readTopic(message.topic);
  if (!named.ok) return refusedWhole(named.reason, named.detail);
  return decodeNamed(named.value, message);
}

/** The same once it is known what the topic names. */
export function decodeNamed(named: Named, message: { payload: Uint8Array; receivedAtMs: number }): Decoded {
  const text = readText(message.payload);
  if (!text.ok) return refusedWhole(text.reason, text.detail);
  const looksLikeJson = /^[{["]/.test(text.value);
  if (!looksLikeJson && named.kind === 'signal') return bare(readBare(text.value), named.path);
  const json = parseJson(text.value);
  const expected = named.kind === 'signal' ? 'a value or JSON' : 'JSON';
  if (json === null) return refusedWhole('not_json', notJson(text.value, expected));
  return readJson(json, named, message.receivedAtMs);
}

/** The payload as text, trimmed. */
export function readText(payload: Uint8Array): Read<string> {
  const size = payload.byteLength;
  if (size > MAX_PAYLOAD_BYTES) {
    const detail = `the payload has ${size} bytes, at most ${MAX_PAYLOAD_BYTES} are taken. Send several smaller messages.`;
    return { ok: false, reason: 'payload_too_large', detail };
  }
  if (!isUtf8(payload)) {
    return {
      ok: false,
      reason: 'not_utf8',
      detail: 'the payload is not UTF-8 text. Send UTF-8; binary formats are not read.',
    };
  }
  const text = Buffer.from(payload.buffer, payload.byteOffset, size).toString('utf8').trim();
  if (text !== '') return { ok: true, value: text };
  return { ok: false, reason: 'empty_payload', detail: 'the payload is empty. Send a value, like 71.2.' };
}

function readJson(json: ParsedJson, named: Named, receivedAtMs: number): Decoded {
  if (named.kind === 'order') {
    const order = readOrder(json, { site: named.site, area: named.area, line: named.line });
    if (!order.ok) return refusedWhole(order.reason, order.detail);
    return { readings: [], orders: [order.value], refusals: [] };
  }
  const sink: Decoded = { readings: [], orders: [], refusals: [] };
  const context = { json, receivedAtMs };
  const readRecord = named.kind === 'signal' ? readSignalRecord : readMachineRecord;
  if (!Array.isArray(json.root)) {
    readRecord(json.root, named.path, 0, '', context, sink);
    for (const refusal of sink.refusals) if (named.kind === 'signal') refusal.excerpt = null;
    return sink;
  }
  if (json.root.length === 0) {
    return refusedWhole('bad_shape', 'the array is empty: there is nothing to store. Leave the message out.');
  }
  json.root.forEach((element: unknown, i) =>
    readRecord(element, named.path, i, `element ${i + 1}: `, context, sink),
  );
  return sink;
}

function bare(read: Read<Value>, path: string): Decoded {
  if (!read.ok) return refusedWhole(read.reason, read.detail);
  const { kind, value } = read.value;
  return {
    readings: [{ path, kind, value, unit: null, quality: 'good', atMicros: null, element: 0 }],
    orders: [],
    refusals: [],
  };
}

/** All of a message is refused. */
export function refusedWhole(reason: RefusalReason, detail: string): Decoded {
  return { readings: [], orders: [], refusals: [{ reason, detail: toStorableText(detail), excerpt: null }] };
}

/** Why a payload is not JSON, for people. */
export function notJson(text: string, expected: string): string {
  const end = text.length > 40 ? ` and ends in "…${text.slice(-20)}"` : '';
  return `the payload should be ${expected}, but it is not valid JSON: it begins with "${text.slice(0, 40)}"${end}. It may be cut off or have wrong quotes.`;
}
