import type { Database } from '../../contracts/database.ts';

/**
 * The same database with at most `max` transactions at a time, first come first served: long questions, which are many
 * transactions one after another, leave connections to the short ones.
 */
export function limitTransactions(database: Database, max: number): Database {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    ...database,
    transaction: async (asker, work) => {
      if (running < max) running += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await database.transaction(asker, work);
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
