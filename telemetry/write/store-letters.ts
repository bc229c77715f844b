import type { Sql } from '../../contracts/database.ts';
import { toStorableText } from '../decode/storable-text.ts';
import type { TakenMessage } from '../message.ts';
import type { Letter } from './prepared.ts';

/**
 * Stores dead letters. The first of a message carries its payload, further ones only their own element: a message with
 * 10,000 bad elements must not be kept 10,000 times.
 */
export async function storeLetters(sql: Sql, letters: readonly Letter[], writer: string): Promise<void> {
  if (letters.length === 0) return;
  const carried = new Set<TakenMessage>();
  const payloads = letters.map(({ message, excerpt }) => {
    const carriesPayload = excerpt === null || !(carried.has(message) || message.payloadKept);
    carried.add(message);
    return carriesPayload
      ? Buffer.from(message.payload).toString('base64')
      : Buffer.from(excerpt).toString('base64');
  });
  await sql`
    INSERT INTO telemetry.dead_letter
      (organisation_id, feed, writer, topic, reason, detail, received_at, size, payload)
    SELECT w.organisation_id, w.feed, ${writer}, w.topic, w.reason, w.detail,
           timestamptz 'epoch' + w.received_at_ms * interval '1 millisecond', w.size, decode(w.payload, 'base64')
    FROM unnest(
      ${letters.map((letter) => letter.organisationId)}::int[],
      ${letters.map(({ message }) => message.feed)}::text[],
      ${letters.map(({ message }) => toStorableText(message.topic))}::text[],
      ${letters.map((letter) => letter.reason)}::text[],
      ${letters.map((letter) => toStorableText(letter.detail))}::text[],
      ${letters.map(({ message }) => message.receivedAtMs)}::float8[],
      ${letters.map(({ message }) => message.size)}::int[],
      ${payloads}::text[]
    ) AS w(organisation_id, feed, topic, reason, detail, received_at_ms, size, payload)`;
}
