import { rmSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { systemClock, type Clock } from '../../contracts/clock.ts';
import { socketFile } from '../database-target.ts';
import { cutIdle } from './cut-idle.ts';
import { guardSession } from './guard-session.ts';

/** More than all our processes and a person with psql ever open. */
const MAX_CONNECTIONS = 100;

/**
 * Serves `pglite` on a socket in `socketDir`, which must be open to this user alone. A socket file that a killed
 * process left there is removed: who may serve this directory is decided by its lock. `idle.onCut` hears of each client
 * that was cut because it said nothing inside a transaction.
 */
export async function serveSession(
  pglite: PGlite,
  socketDir: string,
  onBroken: (error: unknown) => void,
  idle: { clock: Clock; onCut: () => void } = { clock: systemClock, onCut: () => undefined },
): Promise<{ stop(): Promise<void> }> {
  const path = socketFile(socketDir);
  rmSync(path, { force: true });
  guardSession(pglite, onBroken);
  const server = new PGLiteSocketServer({ db: pglite, path, maxConnections: MAX_CONNECTIONS });
  cutIdle(pglite, server, idle);
  await server.start();
  return { stop: () => server.stop() };
}
