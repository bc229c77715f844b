import type { DecodedReading } from '../decode/decoded.ts';
import { excerptOf, show } from '../decode/show.ts';
import { toStorableText } from '../decode/storable-text.ts';
import type { TakenMessage } from '../message.ts';
import type { KnownSignal } from '../registry/registry.ts';
import type { Letter } from './prepared.ts';

// What a dead letter says of readings that were understood but cannot be stored.

type Why = Pick<Letter, 'reason' | 'detail'>;

export function foreignSite(message: TakenMessage, site: string): Why {
  const publisher = message.organisation ?? 'unknown';
  return {
    reason: 'foreign_site',
    detail: `the site "${site}" does not belong to the publisher's organisation "${publisher}". Publish to a site of your own.`,
  };
}

export function otherUnit(reading: DecodedReading, known: KnownSignal): Why {
  return {
    reason: 'bad_unit',
    detail: `${reading.path} is kept in ${show(known.unit)}, this reading is in ${show(reading.unit)}, which does not become it by a plain conversion. Send it in ${show(known.unit)}, or give it a signal of its own.`,
  };
}

export function closedRange(reading: DecodedReading): Why {
  return {
    reason: 'closed_range',
    detail: `${reading.path} at ${timeOf(reading)}: the raw readings of that day were dropped after their time, so nothing can be added to it.`,
  };
}

export function conflict(
  reading: DecodedReading,
  stored: { value: number | string | null; quality: string },
): Why {
  return {
    reason: 'conflict',
    detail: `${reading.path} at ${timeOf(reading)}: stored is ${show(stored.value)} (${stored.quality}), this one says ${show(reading.value)} (${reading.quality}). The first stays.`,
  };
}

export function refusedByDatabase(said: string): Why {
  return { reason: 'bad_value', detail: `the database refused it: ${toStorableText(said)}.` };
}

/** A reading as its sender might have written it, for a letter that does not carry the payload. */
export function excerptOfReading({ path, value, quality, unit, atMicros }: DecodedReading): string {
  const at = atMicros === null ? null : new Date(atMicros / 1000).toISOString();
  return excerptOf({ path, at, value, quality, ...(unit === null ? {} : { unit }) });
}

function timeOf({ atMicros }: DecodedReading): string {
  return atMicros === null ? 'arrival' : new Date(atMicros / 1000).toISOString();
}
