import type { Clock } from '../../contracts/clock.ts';
import type { Database, Sql } from '../../contracts/database.ts';
import type { PartState } from './beat.ts';
import { AnswerOverdue, explainOutage } from './explain-outage.ts';

/** Runs one short transaction as `sentia_reader`; see `createAskDatabase`. */
export type Ask = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;

export interface AskDatabase {
  ask: Ask;
  /** Whether the last question was answered, and none waits too long. */
  state(): PartState;
}

/** A database that takes longer than this to answer a short question counts as gone. */
export const ANSWER_LIMIT_MS = 1500;

/**
 * The live path's way to the database: every question has a time limit, and its outcome is what the beat says of the
 * database. It must never wait for ever: a stopped database does not close its connections.
 */
export function createAskDatabase(deps: {
  database: Database;
  clock: Clock;
  /** Called when an answer is overdue, and when the outcome changes. */
  onStateChange: () => void;
}): AskDatabase {
  const { database, clock, onStateChange } = deps;
  let detail: string | null = 'It was not asked yet';

  function tell(next: string | null): void {
    if (next === detail) return;
    detail = next;
    onStateChange();
  }

  return {
    state: () => ({ ok: detail === null, detail }),
    ask: async (work) => {
      let cancel: () => void = () => undefined;
      const overdue = new Promise<never>((_, reject) => {
        cancel = clock.after(ANSWER_LIMIT_MS, () => {
          reject(new AnswerOverdue(ANSWER_LIMIT_MS));
        });
      });
      try {
        const answer = await Promise.race([database.transaction({ role: 'sentia_reader' }, work), overdue]);
        tell(null);
        return answer;
      } catch (error) {
        tell(explainOutage(error));
        throw error;
      } finally {
        cancel();
      }
    },
  };
}
