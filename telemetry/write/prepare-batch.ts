import type { Database } from '../../contracts/database.ts';
import { dayOf, type Chunks } from '../chunks/chunks.ts';
import { claimedParts } from '../replay/claimed-parts.ts';
import { countedIn, type Part } from '../message.ts';
import type { Registry } from '../registry/registry.ts';
import { dropRepeats } from './drop-repeats.ts';
import { makeKnown } from './make-known.ts';
import { nameParts, type Named } from './name-parts.ts';
import { learnConversions, learnUnitsOf } from './learn-units.ts';
import type { Letter, Prepared } from './prepared.ts';
import { closedRange, excerptOfReading } from './refusals.ts';

/**
 * Turns what arrived into rows: names become ids, chunks are made for the days, repeats
 * count once, what cannot be stored becomes a letter. It is repeated whole when the batch's transaction failed.
 */
export async function prepareBatch(
  given: readonly Part[],
  deps: { database: Database; registry: Registry; chunks: Chunks; defaultOrganisation: string },
): Promise<Prepared> {
  const { registry, chunks, defaultOrganisation } = deps;
  const parts = await claimedParts(deps.database, given);
  await learnUnitsOf(parts);
  const unknown = await makeKnown(parts, registry);
  await learnConversions(parts, registry);
  const named = nameParts(parts, registry, unknown, defaultOrganisation);
  const { open, refused } = await openRanges(named.readings, chunks);
  const organisationIds = new Set(open.map(({ known }) => known.organisationId));
  for (const order of named.orders) organisationIds.add(order.organisationId);
  const counted = parts.reduce((sum, part) => sum + countedIn(part), 0);
  return {
    ...dropRepeats(open),
    messages: given.reduce((sum, part) => sum + part.messages, 0),
    received: counted + named.refusedOrders,
    orders: named.orders,
    refused: [...named.refused, ...refused],
    replayed: parts.flatMap(({ message, readings, refusals, orders }) =>
      message.replay === null
        ? []
        : [
            {
              message,
              replay: message.replay,
              elements: readings.length + refusals.length,
              orders: orders.length,
            },
          ],
    ),
    organisationIds: [...organisationIds],
  };
}

type Written = Named['tier'];

/** Makes the chunks that the readings need; those of closed days are refused. */
async function openRanges(
  readings: readonly Named[],
  chunks: Chunks,
): Promise<{ open: readonly Named[]; refused: Letter[] }> {
  const days: Record<Written, Set<number>> = { reading: new Set(), event: new Set() };
  for (const { tier, atMicros } of readings) days[tier].add(dayOf(atMicros));
  const closed: Record<Written, ReadonlySet<number>> = {
    reading: await chunks.ensure('reading', days.reading),
    event: await chunks.ensure('event', days.event),
  };
  if (closed.reading.size + closed.event.size === 0) return { open: readings, refused: [] };
  const refused: Letter[] = [];
  const open = readings.filter(({ part, reading, known, tier, atMicros }) => {
    const isClosed = closed[tier].has(dayOf(atMicros));
    if (isClosed) {
      const { organisationId } = known;
      const excerpt = excerptOfReading(reading);
      const element = reading.element ?? null;
      refused.push({ organisationId, message: part.message, ...closedRange(reading), excerpt, element });
    }
    return !isClosed;
  });
  return { open, refused };
}
