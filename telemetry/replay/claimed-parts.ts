import type { Database } from '../../contracts/database.ts';
import type { Part } from '../message.ts';
import { findClaimed } from './settle-replays.ts';

/**
 * Leaves out replays that are not this run's any more: another run took them over, or they were settled already. Asked
 * again each time a batch is prepared, so a batch that failed for that reason passes without them.
 */
export async function claimedParts(database: Database, parts: readonly Part[]): Promise<readonly Part[]> {
  const replays = parts.flatMap(({ message }) => message.replay ?? []);
  if (replays.length === 0) return parts;
  const claimed = await database.transaction({ role: 'sentia_writer' }, (sql) => findClaimed(sql, replays));
  const taken = new Set<number>();
  return parts.filter(({ message: { replay } }) => {
    if (replay === null) return true;
    // One run may take the same letter in twice, when its first part waits in the spool.
    if (!claimed.has(replay.letterId) || taken.has(replay.letterId)) return false;
    taken.add(replay.letterId);
    return true;
  });
}
