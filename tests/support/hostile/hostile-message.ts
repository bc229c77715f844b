import type { Chooser } from './chooser.ts';
import { machineElement, namedValues, orderElement, signalElement } from './hostile-json.ts';
import { plainTopic, spoiltTopic, type TopicKind } from './hostile-topic.ts';

/** A reading inside a message that must be stored whatever stands beside it. */
export interface Neighbour {
  path: string;
  value: number;
  atMicros: number;
}

export interface HostileMessage {
  topic: string;
  payload: Uint8Array;
  neighbours: Neighbour[];
}

/** Nothing hostile is dated on this day. */
export const NEIGHBOURS_DAY_MICROS = Date.UTC(2023, 2, 1) * 1000;
const MIXED_MACHINE = 'mixed/hall/line/machine';
const MIXED_SIGNALS = 20;

/**
 * A message of each kind that a machine, a careless script or an attacker could send, structure-aware: most are nearly
 * right. `next` gives each neighbour a number of its own, which is its value and its time.
 */
export function hostileMessage(c: Chooser, nowMs: number, next: () => number): HostileMessage {
  const share = c.int(100);
  if (share < 30) return mixedArray(c, nowMs, next);
  if (share < 45) return mixedValues(c, nowMs, next);
  const kind = c.pick<TopicKind>(['signal', 'signal', 'machine', 'machine', 'order']);
  const topic = c.chance(0.3) ? spoiltTopic(c) : plainTopic(c, kind);
  const text = payloadText(c, kind, nowMs);
  return { topic, payload: c.chance(0.35) ? spoil(c, text) : Buffer.from(text), neighbours: [] };
}

/** @returns the reading that is number `n`. */
export function neighbourNumber(n: number, path: string): Neighbour {
  return { path, value: n, atMicros: NEIGHBOURS_DAY_MICROS + n * 1_000 + 7 };
}

export function neighbourText({ value, atMicros }: Neighbour): string {
  return `{"value":${value},"at":${atMicros}}`;
}

function mixedArray(c: Chooser, nowMs: number, next: () => number): HostileMessage {
  const path = `${MIXED_MACHINE}/signal-${c.int(MIXED_SIGNALS)}`;
  const neighbours: Neighbour[] = [];
  const elements = c.some(2, 12, () => {
    if (c.chance(0.6)) return signalElement(c, nowMs);
    const neighbour = neighbourNumber(next(), path);
    neighbours.push(neighbour);
    return neighbourText(neighbour);
  });
  return { topic: `plants/${path}`, payload: Buffer.from(`[${elements.join(',')}]`), neighbours };
}

function mixedValues(c: Chooser, nowMs: number, next: () => number): HostileMessage {
  const signal = `signal-${c.int(MIXED_SIGNALS)}`;
  const neighbour = neighbourNumber(next(), `${MIXED_MACHINE}/${signal}`);
  const named = namedValues(c, nowMs);
  named.splice(c.int(named.length + 1), 0, `"${signal}":${neighbour.value}`);
  const text = `{"at":${neighbour.atMicros},"values":{${named.join(',')}}}`;
  return { topic: `plants/${MIXED_MACHINE}`, payload: Buffer.from(text), neighbours: [neighbour] };
}

function payloadText(c: Chooser, kind: TopicKind, nowMs: number): string {
  if (c.chance(0.003)) return '['.repeat(50_000) + (c.chance(0.5) ? ']'.repeat(50_000) : '');
  if (c.chance(0.001)) return `"${'x'.repeat(1024 * 1024)}"`;
  const one = { signal: signalElement, machine: machineElement, order: orderElement }[kind];
  if (c.chance(0.7)) return one(c, nowMs);
  return `[${c.some(0, 8, () => one(c, nowMs)).join(',')}]`;
}

/** Cut off, bytes changed, put in or left out, another encoding, or something else altogether. */
function spoil(c: Chooser, text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const at = c.int(bytes.length + 1);
  const noise = Buffer.from(c.some(1, 8, () => c.int(256)));
  switch (c.int(9)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + noise.length)]);
    case 3:
      return Buffer.concat([bytes, bytes]);
    case 4:
      return Buffer.from(text.slice(0, 10_000), 'utf16le');
    case 5:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    case 6:
      return Buffer.from(text.replaceAll('"', "'"));
    case 7:
      return Buffer.from(
        c.pick(['', ' ', '\u0000', 'NaN', '71,2', 'TRUE', '1e999', '+1', '.5', '0x10', '007', 'ü']),
      );
    default:
      return Buffer.from(c.some(0, 60, () => c.int(256)));
  }
}
