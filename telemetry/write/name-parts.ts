import type { DecodedOrder, StampedReading } from '../decode/decoded.ts';
import type { Part, TakenMessage } from '../message.ts';
import type { KnownSignal, Refusals, Registry } from '../registry/registry.ts';
import { inUnitOf } from './in-unit-of.ts';
import { linePath } from './make-known.ts';
import type { Letter, PreparedOrder } from './prepared.ts';
import { excerptOfReading, foreignSite, otherUnit } from './refusals.ts';

/** A reading with its signal and time. */
export interface Named {
  part: Part;
  reading: StampedReading;
  known: KnownSignal;
  /** The hypertable that takes it. */
  tier: 'reading' | 'event';
  atMicros: number;
}

export interface NamedParts {
  readings: Named[];
  orders: PreparedOrder[];
  refused: Letter[];
  /** Orders that were refused; only then are they counted as readings. */
  refusedOrders: number;
}

/**
 * Gives every reading of a batch its signal and every order its line, by what the registry knows; what may not be
 * stored becomes a letter.
 */
export function nameParts(
  parts: readonly Part[],
  registry: Registry,
  unknown: Refusals,
  defaultOrganisation: string,
): NamedParts {
  const named: NamedParts = { readings: [], orders: [], refused: [], refusedOrders: 0 };

  function refuse(
    message: TakenMessage,
    why: Pick<Letter, 'reason' | 'detail'>,
    excerpt: string | null,
    element: number | undefined,
  ): void {
    const owner = registry.owner(message.site ?? message.topic.split('/', 2)[1] ?? '');
    const organisationId =
      owner?.organisationId ?? registry.organisationId(message.organisation ?? defaultOrganisation);
    const { reason, detail } = why;
    named.refused.push({ organisationId, message, reason, detail, excerpt, element: element ?? null });
  }

  function nameOrder(message: TakenMessage, order: DecodedOrder): void {
    const line = registry.line(linePath(order));
    if (line === undefined || isForeign(message, line.organisation)) {
      refuse(message, unknown.get(linePath(order)) ?? foreignSite(message, order.site), null, undefined);
      named.refusedOrders++;
      return;
    }
    const { organisationId, siteId, lineId } = line;
    named.orders.push({ ...order, organisationId, siteId, lineId, receivedAtMs: message.receivedAtMs });
  }

  function nameReading(part: Part, reading: StampedReading): void {
    const { message } = part;
    const known = registry.signal(reading.path);
    if (known === undefined || isForeign(message, known.organisation)) {
      const site = reading.path.slice(0, reading.path.indexOf('/'));
      refuse(
        message,
        unknown.get(reading.path) ?? foreignSite(message, site),
        excerptOfReading(reading),
        reading.element,
      );
      return;
    }
    // Numbers of another unit under the same name would be wrong numbers.
    if (!inUnitOf(known, reading)) {
      refuse(message, otherUnit(reading, known), excerptOfReading(reading), reading.element);
      return;
    }
    const tier = typeof reading.value === 'string' ? 'event' : 'reading';
    known.mixed ||= (tier === 'event') !== (known.kind === 'text');
    named.readings.push({ part, reading, known, tier, atMicros: reading.atMicros });
  }

  for (const part of parts) {
    for (const refusal of part.refusals) refuse(part.message, refusal, refusal.excerpt, refusal.element);
    for (const order of part.orders) nameOrder(part.message, order);
    for (const reading of part.readings) nameReading(part, reading);
  }
  return named;
}

function isForeign(message: TakenMessage, organisation: string): boolean {
  return message.organisation !== null && message.organisation !== organisation;
}
