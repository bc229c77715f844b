import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../../contracts/clock.ts';
import { parseEnvironment } from '../../contracts/environment.ts';
import { internalSettingsSchema } from '../../contracts/internal-settings.ts';
import { superviseProcess } from '../../contracts/supervised-process.ts';
import { DatabaseProblem } from '../database-problem.ts';
import { holdDataDirectory } from './data-directory-lock.ts';
import { openSession } from './open-session.ts';
import { serveSession } from './serve-session.ts';
import { makeSocketDirectory } from './socket-directory.ts';
import { startUpkeep } from './upkeep.ts';

/**
 * The process `database`: PostgreSQL in WASM on a socket that only this user can open.
 * It must never open a data directory that another process holds, nor go on with a session that is broken.
 */
const log = pino({ base: { process: 'database' }, level: process.env['SENTIA_LOG_LEVEL'] ?? 'info' });
const cleanUps: (() => Promise<void> | void)[] = [];
const supervised = superviseProcess({
  stop: async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    log.info('stopped');
  },
});

async function start(): Promise<void> {
  const environment = parseEnvironment(process.env);
  if (!environment.ok) throw new DatabaseProblem(environment.lines.join(' '));
  const { dataDir, databaseSocketDir } = internalSettingsSchema.parse(
    JSON.parse(process.env['SENTIA_INTERNAL'] ?? 'null'),
  );
  if (databaseSocketDir === null)
    throw new DatabaseProblem('The embedded database was started although DATABASE_URL is set.');

  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = holdDataDirectory(dataDir, 'database');
  if (!lock.ok)
    throw new DatabaseProblem(
      `The embedded database in ${dataDir} is in use by ${lock.detail}. Stop that process first.`,
    );
  cleanUps.push(lock.release);
  makeSocketDirectory(databaseSocketDir);

  supervised.status('opening the data directory');
  const pglite = await openSession(join(dataDir, 'database'), () =>
    supervised.status('making a new database'),
  );
  cleanUps.push(() => pglite.close());
  const server = await serveSession(
    pglite,
    databaseSocketDir,
    (error) => {
      log.fatal({ err: error }, 'the session broke: ending, to be started again');
      process.exit(1);
    },
    {
      clock: systemClock,
      onCut: () => log.warn('a client that said nothing inside a transaction was cut'),
    },
  );
  cleanUps.push(() => server.stop());
  const upkeep = startUpkeep({ socketDir: databaseSocketDir, clock: systemClock, log });
  cleanUps.push(() => upkeep.stop());
  log.info({ dataDir, socketDir: databaseSocketDir }, 'ready');
  supervised.ready('PostgreSQL 18 (PGlite)');
}

start().catch((error: unknown) => {
  if (error instanceof DatabaseProblem) {
    log.error(error.message);
    supervised.fatal(error.message);
    return;
  }
  log.fatal({ err: error }, 'could not start');
  process.exit(1);
});
