import {
  refusalReasonSchema,
  replayableSchema,
  type DeadLetterFilter,
  type DeadLetterItem,
} from '../../contracts/api/dead-letters.ts';
import type { Database } from '../../contracts/database.ts';
import { encodeCursor, type Page } from './cursor.ts';

const PREVIEW_CHARACTERS = 2000;
/** Letters looked at in one short statement, and at most for one page: a rare filter is searched page by page. */
const SCAN = 5_000;
const MOST_SCANS = 20;

export const ANY_LETTER: DeadLetterFilter = {
  reason: null,
  topic: null,
  feed: null,
  sinceMs: null,
  untilMs: null,
};

/**
 * One page of what was refused, newest first: that of these organisations, and that which belongs to none because
 * nothing told whose it was. A page may be empty and still have a next one, when a filter matches rarely.
 */
export async function listDeadLetters(
  database: Database,
  organisationIds: readonly number[],
  args: { below: number | null; limit: number; filter?: DeadLetterFilter },
): Promise<Page<DeadLetterItem>> {
  const found: number[] = [];
  let below = args.below;
  for (let scans = 0; scans < MOST_SCANS && found.length < args.limit; scans++) {
    const wanted = args.limit - found.length;
    const slice = await search(database, organisationIds, args.filter ?? ANY_LETTER, below, wanted);
    found.push(...slice.ids);
    below = slice.resumeBelow;
    if (below === null) break;
  }
  const items = await lettersOf(database, organisationIds, found);
  // A full page may have been the last: then the next one would be empty.
  const more = below !== null && (await anyBelow(database, organisationIds, below));
  return { items, next: more && below !== null ? encodeCursor('dead-letters', below) : null };
}

async function anyBelow(
  database: Database,
  organisationIds: readonly number[],
  below: number,
): Promise<boolean> {
  return (await search(database, organisationIds, ANY_LETTER, below, 1)).ids.length > 0;
}

/** @returns the ids of matching letters, newest first, and where to search on; null at the end. */
export async function search(
  database: Database,
  organisationIds: readonly number[],
  filter: DeadLetterFilter,
  below: number | null,
  limit: number,
): Promise<{ ids: number[]; resumeBelow: number | null }> {
  const timeOf = (ms: number | null) => (ms === null ? null : new Date(ms));
  const [row] = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<{ ids: number[]; resume_below: number | null }>`
      SELECT ids, resume_below FROM telemetry.search_dead_letters(
        ${below}::bigint, ${limit}::int, ${SCAN}::int, ${filter.reason}::text, ${filter.topic}::text,
        ${filter.feed}::text, ${timeOf(filter.sinceMs)}::timestamptz, ${timeOf(filter.untilMs)}::timestamptz)`,
  );
  return { ids: row?.ids ?? [], resumeBelow: row?.resume_below ?? null };
}

/** @returns the letters of these ids that the organisations may see, newest first. */
export async function lettersOf(
  database: Database,
  organisationIds: readonly number[],
  ids: readonly number[],
): Promise<DeadLetterItem[]> {
  if (ids.length === 0) return [];
  const rows = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<LetterRow>`
      SELECT dead_letter_id, received_at, topic, reason, detail, size, beginning, feed, sha256, kept, replayable,
        replay_requested_at, replayed_at, replay_outcome, replay_stored, replay_duplicate, replay_refused, replay_reason,
        replay_detail
      FROM telemetry.dead_letters(${ids}::bigint[])`,
  );
  return rows.map(itemOf);
}

interface LetterRow {
  dead_letter_id: number;
  received_at: Date;
  topic: string;
  reason: string;
  detail: string;
  size: number;
  beginning: Uint8Array;
  feed: string;
  sha256: string | null;
  kept: string;
  replayable: string;
  replay_requested_at: Date | null;
  replayed_at: Date | null;
  replay_outcome: string | null;
  replay_stored: number | null;
  replay_duplicate: number | null;
  replay_refused: number | null;
  replay_reason: string | null;
  replay_detail: string | null;
}

function itemOf(row: LetterRow): DeadLetterItem {
  return {
    deadLetterId: row.dead_letter_id,
    receivedAt: row.received_at.getTime(),
    topic: row.topic,
    reason: refusalReasonSchema.parse(row.reason),
    detail: row.detail,
    size: row.size,
    sha256: row.sha256,
    kept: row.kept === 'whole' || row.kept === 'element' ? row.kept : 'beginning',
    preview: preview(row.beginning),
    feed: row.feed,
    replayable: replayableSchema.parse(row.replayable),
    replayRequestedAt: row.replay_requested_at?.getTime() ?? null,
    replay: replayOf(row),
  };
}

function replayOf(row: LetterRow): DeadLetterItem['replay'] {
  const outcome = row.replay_outcome;
  if (row.replayed_at === null) return null;
  return {
    at: row.replayed_at.getTime(),
    outcome: outcome === 'stored' || outcome === 'duplicate' ? outcome : 'refused',
    stored: row.replay_stored ?? 0,
    duplicate: row.replay_duplicate ?? 0,
    refused: row.replay_refused ?? 0,
    reason: row.replay_reason === null ? null : refusalReasonSchema.parse(row.replay_reason),
    detail: row.replay_detail,
  };
}

/** The payload's beginning as text; what is no UTF-8 shows as U+FFFD, a character cut at the end not at all. */
function preview(beginning: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(beginning, { stream: true });
  return text.slice(0, PREVIEW_CHARACTERS).replace(/[\ud800-\udbff]$/, '');
}
