import type { DeadLetterItem } from '../../contracts/api/dead-letters.ts';
import { systemClock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import { lettersOf } from '../../server/queries/list-dead-letters.ts';

const LOOK_EVERY_MS = 250;
const GIVE_UP_MS = 15_000;

/** Waits until letters were replayed, 15 s at most. @returns them as they are then; one that still waits has no new replay. */
export async function awaitReplays(
  database: Database,
  organisationIds: readonly number[],
  ids: readonly number[],
  sinceMs: number,
): Promise<DeadLetterItem[]> {
  for (;;) {
    const letters = await lettersOf(database, organisationIds, ids);
    const waiting = letters.some(({ replayRequestedAt }) => replayRequestedAt !== null);
    if (!waiting || systemClock.now() - sinceMs > GIVE_UP_MS) return letters;
    await new Promise<void>((resolve) => systemClock.after(LOOK_EVERY_MS, resolve));
  }
}
