import { createHash } from 'node:crypto';
import type { Sql } from '../../contracts/database.ts';
import { toStorableText } from '../decode/storable-text.ts';
import type { TakenMessage } from '../message.ts';
import type { Letter } from './prepared.ts';

/** What a letter's payload column holds: all of the payload, its beginning, or the refused element only. */
type Kept = 'whole' | 'beginning' | 'element';

/**
 * Stores dead letters. The first of a message carries its payload, further ones only their own element: a message with
 * 10,000 bad elements must not be kept 10,000 times. They find the payload by its hash.
 */
export async function storeLetters(sql: Sql, letters: readonly Letter[], writer: string): Promise<void> {
  if (letters.length === 0) return;
  const carried = new Map<TakenMessage, string>();
  const rows = letters.map(({ message, excerpt, element }) => {
    const carriesPayload = excerpt === null || !(carried.has(message) || message.payloadKept);
    const sha256 = carried.get(message) ?? hashOf(message);
    carried.set(message, sha256);
    const kept: Kept = !carriesPayload ? 'element' : message.sha256 === null ? 'whole' : 'beginning';
    const payload = Buffer.from(carriesPayload ? message.payload : (excerpt ?? '')).toString('base64');
    return { sha256, kept, payload, elements: elementsOf(excerpt, element) };
  });
  await sql`
    INSERT INTO telemetry.dead_letter
      (organisation_id, feed, writer, topic, reason, detail, received_at, size, publisher, retained, payload, sha256, kept,
       elements)
    SELECT w.organisation_id, w.feed, ${writer}, w.topic, w.reason, w.detail,
           timestamptz 'epoch' + w.received_at_ms * interval '1 millisecond', w.size, w.publisher, w.retained,
           decode(w.payload, 'base64'), decode(w.sha256, 'hex'), w.kept, w.elements::bigint[]
    FROM unnest(
      ${letters.map((letter) => letter.organisationId)}::int[],
      ${letters.map(({ message }) => message.feed)}::text[],
      ${letters.map(({ message }) => toStorableText(message.topic))}::text[],
      ${letters.map((letter) => letter.reason)}::text[],
      ${letters.map((letter) => toStorableText(letter.detail))}::text[],
      ${letters.map(({ message }) => message.receivedAtMs)}::float8[],
      ${letters.map(({ message }) => message.size)}::int[],
      ${letters.map(({ message }) => message.organisation)}::text[],
      ${letters.map(({ message }) => message.retained)}::boolean[],
      ${rows.map(({ payload }) => payload)}::text[],
      ${rows.map(({ sha256 }) => sha256)}::text[],
      ${rows.map(({ kept }) => kept)}::text[],
      ${rows.map(({ elements }) => elements)}::text[]
    ) AS w(organisation_id, feed, topic, reason, detail, received_at_ms, size, publisher, retained, payload, sha256, kept,
           elements)`;
}

function hashOf({ sha256, payload }: TakenMessage): string {
  return Buffer.from(sha256 ?? createHash('sha256').update(payload).digest()).toString('hex');
}

/** As an array literal: null for all of the message, none for an element whose address is not known. */
function elementsOf(excerpt: string | null, element: number | null): string | null {
  if (excerpt === null) return null;
  return element === null ? '{}' : `{${element}}`;
}
