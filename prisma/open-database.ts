import { AsyncLocalStorage } from 'node:async_hooks';
import type { Asker, Database } from '../contracts/database.ts';
import { DatabaseProblem } from './database-problem.ts';
import { describeTarget, type DatabaseTarget } from './database-target.ts';
import { explainDatabaseError } from './explain-database-error.ts';
import { openLane } from './lane.ts';
import { createLanePool } from './lane-pool.ts';

/**
 * Opens the one port to the database and hands out transactions as one of the three roles.
 * It must never run a statement as the login itself, nor let one transaction wait inside another.
 */
export type { DatabaseTarget } from './database-target.ts';

/** A transaction is over in 250 ms (DESIGN §2); one that takes this long has lost its database. */
const ANSWER_WITHIN_MS = 30_000;
const LEAST_VERSION = 150_000;

/** What runs inside a transaction's work; `open` ends with it, since timers that it started inherit the store. */
const inside = new AsyncLocalStorage<{ open: boolean }>();

/**
 * @param options.max most connections at once; the embedded database is one session, so there it is 1.
 * @param options.name shown by the server as `sentia <name>`.
 * @throws DatabaseProblem, one line for people, when the database cannot be used.
 */
export async function openDatabase(options: {
  target: DatabaseTarget;
  max?: number;
  name: string;
}): Promise<Database> {
  const { target, name } = options;
  const open = () => openLane(target, name, ANSWER_WITHIN_MS);
  const first = await open().catch((error: unknown) => {
    throw explainDatabaseError(error, target);
  });
  if (first.server.versionNumber < LEAST_VERSION) {
    await first.close();
    throw tooOld(target, first.server.versionNumber);
  }
  const { embedded, timescale } = first.server;
  const pool = createLanePool(open, embedded ? 1 : (options.max ?? 10), first);
  return {
    engine: embedded ? 'embedded' : 'postgres',
    timescale,
    transaction: async (asker, work) => {
      if (inside.getStore()?.open) {
        throw new Error(
          'the database was asked inside a transaction: use only the sql that its work was handed',
        );
      }
      const begin = beginAs(asker);
      return pool.use((lane) => {
        const scope = { open: true };
        return lane
          .transaction(begin, (sql) => inside.run(scope, () => work(sql)))
          .finally(() => {
            scope.open = false;
          });
      });
    },
    close: () => pool.close(),
  };
}

/** @returns the problem of a server that is older than PostgreSQL 15. */
export function tooOld(target: DatabaseTarget, versionNumber: number): DatabaseProblem {
  const major = Math.floor(versionNumber / 10_000);
  return new DatabaseProblem(
    `PostgreSQL at ${describeTarget(target).place} is version ${major}; Sentia needs 15 or newer. Upgrade it, or use another server.`,
  );
}

function beginAs(asker: Asker): string {
  const organisations = asker.role === 'sentia_app' ? asker.organisationIds : [];
  if (!organisations.every((id) => Number.isSafeInteger(id)))
    throw new Error('organisation ids are integers');
  return `BEGIN; SET LOCAL ROLE ${asker.role}; SELECT set_config('app.org', '${organisations.join(',')}', true)`;
}
