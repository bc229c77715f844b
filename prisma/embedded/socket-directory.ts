import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseProblem } from '../database-problem.ts';

/**
 * @returns the folder of the embedded database's socket, named after the data directory: a socket's path has at most
 * 107 bytes, so it cannot stand in a deep data directory itself (TRAPS T41).
 */
export function socketDirectory(dataDir: string): string {
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 24);
  return join(tmpdir(), `sentia-${name}`);
}

/**
 * Makes the folder so that only this user can open what is in it. The system's temporary folder is everybody's: a
 * folder that somebody else put there first, or opened wider, is refused.
 * @throws DatabaseProblem
 */
export function makeSocketDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const found = lstatSync(directory);
  const ours = found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  if (!ours) {
    throw new DatabaseProblem(
      `${directory} is not a folder of this user, so the embedded database cannot listen there. Remove it, or set TMPDIR to another temporary folder.`,
    );
  }
  if ((found.mode & 0o077) !== 0) {
    throw new DatabaseProblem(
      `Others may open ${directory}, where the embedded database listens. Run chmod 700 ${directory} and start again.`,
    );
  }
}
