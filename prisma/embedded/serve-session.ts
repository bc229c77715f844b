import { rmSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { socketFile } from '../database-target.ts';
import { guardSession } from './guard-session.ts';

/** More than all our processes and a person with psql ever open. */
const MAX_CONNECTIONS = 100;

/**
 * Serves `pglite` on a socket in `socketDir`, which must be open to this user alone. A socket file that a killed
 * process left there is removed: who may serve this directory is decided by its lock.
 */
export async function serveSession(
  pglite: PGlite,
  socketDir: string,
  onBroken: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> {
  const path = socketFile(socketDir);
  rmSync(path, { force: true });
  guardSession(pglite, onBroken);
  const server = new PGLiteSocketServer({ db: pglite, path, maxConnections: MAX_CONNECTIONS });
  await server.start();
  return { stop: () => server.stop() };
}
