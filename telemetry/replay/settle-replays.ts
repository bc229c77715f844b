import type { Sql } from '../../contracts/database.ts';
import { toStorableText } from '../decode/storable-text.ts';
import type { Replay, TakenMessage } from '../message.ts';
import type { Letter } from '../write/prepared.ts';

/** A dead letter's message within a batch, and how much of it there was. */
export interface Replayed {
  message: TakenMessage;
  replay: Replay;
  /** Readings and refusals. */
  elements: number;
  orders: number;
}

/** Another run took a letter over meanwhile: nothing of the batch may be stored before it is left out. */
export class ReplayTakenOver extends Error {
  override readonly name = 'ReplayTakenOver';
}

/**
 * Records how replays ended, in the transaction that stored them: so a letter is stored once, however often the process
 * is killed. What was refused again stays as it is, with the newer reason; where a part was stored, the rest remains.
 * @throws ReplayTakenOver
 */
export async function settleReplays(
  sql: Sql,
  replayed: readonly Replayed[],
  storedBy: ReadonlyMap<TakenMessage, number>,
  refused: readonly Letter[],
): Promise<void> {
  if (replayed.length === 0) return;
  const rows = replayed.map(({ message, replay, elements, orders }) => {
    const letters = refused.filter((letter) => letter.message === message);
    const [first] = letters;
    const stored = storedBy.get(message) ?? 0;
    const keptOrders = orders === 0 ? 0 : orders - letters.length;
    const duplicate = Math.max(0, elements - stored - (orders === 0 ? letters.length : 0));
    const outcome = first !== undefined ? 'refused' : stored + keptOrders > 0 ? 'stored' : 'duplicate';
    const rest = stored + duplicate > 0 ? restOf(letters) : null;
    return { replay, stored: stored + keptOrders, duplicate, refused: letters.length, outcome, first, rest };
  });
  const settled = await sql<{ id: number }>`
    UPDATE telemetry.dead_letter AS letter SET
      replayed_at = clock_timestamp(), replay_outcome = w.outcome, replay_stored = w.stored,
      replay_duplicate = w.duplicate, replay_refused = w.refused, replay_reason = w.reason, replay_detail = w.detail,
      elements = coalesce(w.rest::bigint[], letter.elements),
      replay_requested_at = NULL, replay_claim = NULL, replay_claimed_at = NULL
    FROM unnest(
      ${rows.map(({ replay }) => replay.letterId)}::bigint[],
      ${rows.map(({ replay }) => replay.claim)}::text[],
      ${rows.map(({ outcome }) => outcome)}::text[],
      ${rows.map(({ stored }) => stored)}::int[],
      ${rows.map(({ duplicate }) => duplicate)}::int[],
      ${rows.map((row) => row.refused)}::int[],
      ${rows.map(({ first }) => first?.reason ?? null)}::text[],
      ${rows.map(({ first }) => (first === undefined ? null : toStorableText(first.detail)))}::text[],
      ${rows.map(({ rest }) => rest)}::text[]
    ) AS w(id, claim, outcome, stored, duplicate, refused, reason, detail, rest)
    WHERE letter.dead_letter_id = w.id AND letter.replay_claim = w.claim
    RETURNING letter.dead_letter_id AS id`;
  if (settled.length < replayed.length)
    throw new ReplayTakenOver('a dead letter of this batch is being replayed by another run');
}

/** The elements that remain, as an array literal; null where a letter says "all of it". */
function restOf(letters: readonly Letter[]): string | null {
  const elements = letters.flatMap(({ element }) => element ?? []);
  return letters.length === 0 || elements.length < letters.length ? null : `{${elements.join(',')}}`;
}

/** @returns those of the letters that are still claimed as the replays say. */
export async function findClaimed(sql: Sql, replays: readonly Replay[]): Promise<Set<number>> {
  const rows = await sql<{ id: number }>`
    SELECT letter.dead_letter_id AS id
    FROM unnest(${replays.map(({ letterId }) => letterId)}::bigint[], ${replays.map(({ claim }) => claim)}::text[]) AS w(id, claim)
    JOIN telemetry.dead_letter AS letter ON letter.dead_letter_id = w.id AND letter.replay_claim = w.claim`;
  return new Set(rows.map(({ id }) => id));
}
