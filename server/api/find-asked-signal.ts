import type { Database } from '../../contracts/database.ts';
import { findSignal, type FoundSignal } from '../queries/find-signal.ts';
import { answer, quote, refuseUnknown, type Answer } from './answer.ts';

/** Another organisation's signal is as unknown as one that is not there. */
export async function findAskedSignal(
  database: Database,
  organisationIds: readonly number[],
  wanted: string,
): Promise<Answer<FoundSignal>> {
  const found = await findSignal(database, organisationIds, wanted);
  return found === null ? unknownSignal(wanted) : answer(found);
}

export function unknownSignal(wanted: string) {
  return refuseUnknown(
    `There is no signal ${quote(wanted)}. Give an id, or a path site/area/line/machine/signal; GET /api/v1/signals lists them.`,
  );
}
