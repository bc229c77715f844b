import { decode as decodePlain } from '../../telemetry/decode/decode.ts';
import type { DecodedOrder } from '../../telemetry/decode/decoded.ts';
import { laneOf } from '../../telemetry/lane-of.ts';
import { createDecode } from '../../telemetry/mapping/create-decode.ts';
import type { TopicMapping } from '../../telemetry/mapping/compile-mapping.ts';
import { knownUnit, learnUnits } from '../../telemetry/units/units.ts';

/** What a message would become, as `doctor --topic` shows it. */
export interface ExplainedMessage {
  topic: string;
  bytes: number;
  /** The pattern of SENTIA_MAPPING that its topic matches; null for a topic of Sentia's own. */
  pattern: string | null;
  lane: 'live' | 'late';
  readings: ExplainedReading[];
  orders: DecodedOrder[];
  refusals: { reason: string; detail: string; excerpt: string | null }[];
}

export interface ExplainedReading {
  path: string;
  /** ISO 8601; null means the time of arrival. */
  at: string | null;
  value: number | string | null;
  kind: string;
  /** As it would be stored: a UCUM code. */
  unit: string | null;
  quality: string;
}

/** Reads a message as telemetry would, without asking anybody: what depends on what is stored already cannot be told. */
export async function explainMessage(
  message: { topic: string; payload: Uint8Array; receivedAtMs: number },
  mapping: TopicMapping | null,
): Promise<ExplainedMessage> {
  const { topic, payload, receivedAtMs } = message;
  const decoded = mapping === null ? decodePlain(message) : createDecode(mapping)(message);
  await learnUnits(decoded.readings.flatMap(({ unit }) => unit ?? []));
  return {
    topic,
    bytes: payload.byteLength,
    pattern: mapping?.match(topic)?.pattern ?? null,
    lane: laneOf({ receivedAtMs }, decoded),
    readings: decoded.readings.map(({ path, atMicros, value, kind, unit, quality }) => ({
      path,
      at: atMicros === null ? null : isoOf(atMicros),
      value,
      kind,
      unit: unit === null ? null : (knownUnit(unit) ?? unit),
      quality,
    })),
    orders: decoded.orders,
    refusals: decoded.refusals.map(({ reason, detail, excerpt }) => ({ reason, detail, excerpt })),
  };
}

/** The same for people. */
export function describeMessage(explained: ExplainedMessage): string {
  const { topic, bytes, pattern, lane, readings, orders, refusals } = explained;
  const stored = readings.length + orders.length;
  const lines = [
    `${topic}, ${bytes} bytes${pattern === null ? '' : `, read by the pattern "${pattern}"`}`,
    `${stored} would be stored${stored > 0 ? ` (lane ${lane})` : ''}, ${refusals.length} refused.`,
  ];
  for (const { path, at, value, unit, quality } of readings) {
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
    lines.push('', path, `  value    ${shown}${unit === null ? '' : ` ${unit}`}`);
    lines.push(`  time     ${at ?? 'of arrival'}`, `  quality  ${quality}`);
  }
  for (const order of orders) {
    const { site, area, line } = order;
    lines.push(
      '',
      `${site}/${area}/${line}/order`,
      `  order    ${order.order}: ${order.quantity} of ${order.product}`,
    );
  }
  for (const { reason, detail, excerpt } of refusals) {
    lines.push('', `REFUSED ${reason}`, `  ${detail}`, ...(excerpt === null ? [] : [`  ${excerpt}`]));
  }
  return `${lines.join('\n')}\n`;
}

function isoOf(micros: number): string {
  const ms = Math.floor(micros / 1000);
  const rest = micros - ms * 1000;
  const iso = new Date(ms).toISOString();
  return rest === 0 ? iso : iso.replace('Z', `${String(rest).padStart(3, '0')}Z`);
}
