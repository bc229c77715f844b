import { refusalReasonSchema, type DeadLetterItem } from '../../contracts/api/dead-letters.ts';
import type { Database } from '../../contracts/database.ts';
import { toPage, type Page } from './cursor.ts';

const PREVIEW_CHARACTERS = 2000;

/**
 * One page of what was refused, newest first: that of these organisations, and that which belongs to none because
 * nothing told whose it was.
 */
export async function listDeadLetters(
  database: Database,
  organisationIds: readonly number[],
  args: { below: number | null; limit: number },
): Promise<Page<DeadLetterItem>> {
  const rows = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<{
      dead_letter_id: number;
      received_at: Date;
      topic: string;
      reason: string;
      detail: string;
      size: number;
      beginning: Uint8Array;
      feed: string;
    }>`
      SELECT dead_letter_id, received_at, topic, reason, detail, size, beginning, feed
      FROM telemetry.dead_letters(${args.below}::bigint, ${args.limit + 1}::int)`,
  );
  return toPage(
    'dead-letters',
    rows,
    args.limit,
    (row) => row.dead_letter_id,
    (row) => ({
      deadLetterId: row.dead_letter_id,
      receivedAt: row.received_at.getTime(),
      topic: row.topic,
      reason: refusalReasonSchema.parse(row.reason),
      detail: row.detail,
      size: row.size,
      preview: preview(row.beginning),
      feed: row.feed,
    }),
  );
}

/** The payload's beginning as text; what is no UTF-8 shows as U+FFFD, a character cut at the end not at all. */
function preview(beginning: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(beginning, { stream: true });
  return text.slice(0, PREVIEW_CHARACTERS).replace(/[\ud800-\udbff]$/, '');
}
