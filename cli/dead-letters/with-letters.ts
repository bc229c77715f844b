import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '../../contracts/database.ts';
import { openDatabase } from '../../prisma/open-database.ts';
import { CommandError } from '../command-error.ts';
import { targetOf, withDatabaseTarget } from '../database-target.ts';
import { readSettings } from '../read-settings.ts';
import { readRunning } from '../supervisor/running-file.ts';

/** Runs `work` on the database as somebody of every organisation: who may run commands here may see it all. */
export async function withLetters<T>(
  work: (database: Database, organisationIds: readonly number[], isRunning: boolean) => Promise<T>,
): Promise<T> {
  const settings = readSettings();
  const dataDir = path.resolve(settings.dataDir);
  if (targetOf(settings, dataDir).kind === 'socket' && !existsSync(path.join(dataDir, 'database')))
    throw new CommandError('There is no database here yet: start Sentia first, or name its SENTIA_DATA_DIR.');
  const isRunning = readRunning(dataDir) !== null;
  return withDatabaseTarget(settings, async (target) => {
    const database = await openDatabase({ target, name: 'dead-letters', max: 1 });
    try {
      const rows = await database.transaction(
        { role: 'sentia_reader' },
        (sql) => sql<{ id: number }>`SELECT organisation_id AS id FROM public.organisation`,
      );
      return await work(
        database,
        rows.map(({ id }) => id),
        isRunning,
      );
    } finally {
      await database.close();
    }
  });
}
