import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../contracts/clock.ts';
import type { Settings } from '../contracts/environment.ts';
import { lockDataDirectory } from '../prisma/embedded/data-directory-lock.ts';
import { socketDirectory } from '../prisma/embedded/socket-directory.ts';
import type { DatabaseTarget } from '../prisma/open-database.ts';
import { CommandError } from './command-error.ts';
import { root } from './launch/root.mjs';
import { createChild } from './supervisor/child.ts';
import { childEnvironment } from './supervisor/children.ts';
import { createLogFile } from './supervisor/log-file.ts';
import { readRunning } from './supervisor/running-file.ts';

const STOP_WITHIN_MS = 8_000;
const MAX_LOG_BYTES = 10 * 1024 * 1024;

export function targetOf(settings: { databaseUrl: string | null }, dataDir: string): DatabaseTarget {
  if (settings.databaseUrl !== null) return { kind: 'url', url: settings.databaseUrl };
  return { kind: 'socket', socketDir: socketDirectory(dataDir) };
}

/**
 * Runs `work` on the database of these settings: DATABASE_URL's, the embedded one of a running Sentia, or else the
 * embedded one started for as long as the work lasts.
 */
export async function withDatabaseTarget<T>(
  settings: Settings,
  work: (target: DatabaseTarget) => Promise<T>,
): Promise<T> {
  const dataDir = path.resolve(settings.dataDir);
  const target = targetOf(settings, dataDir);
  if (target.kind === 'url' || readRunning(dataDir) !== null) return work(target);

  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDirectory(dataDir);
  let mistake: string | null = null;
  const internal = { dataDir, databaseSocketDir: target.socketDir, brokerPasswords: {}, demo: false };
  const database = createChild({
    name: 'database',
    file: path.join(root, 'build/processes/database.js'),
    cwd: root,
    env: childEnvironment(process.env, settings, internal),
    clock: systemClock,
    log: createLogFile({ path: path.join(dataDir, 'logs/database.log'), maxBytes: MAX_LOG_BYTES }),
    show: (line) => process.stderr.write(`${line}\n`),
    onChange: () => undefined,
    onFatal: (message) => (mistake = message),
  });
  try {
    await database.start();
    return await work(target);
  } catch (error) {
    throw mistake === null ? error : new CommandError(mistake, 2);
  } finally {
    await database.stop(STOP_WITHIN_MS);
    lock.release();
  }
}
