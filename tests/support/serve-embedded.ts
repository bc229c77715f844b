import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { DatabaseTarget } from '../../prisma/database-target.ts';
import { serveSession } from '../../prisma/embedded/serve-session.ts';

/** Serves a PGlite of this process on a socket in a folder of its own (mkdtemp makes it 0700). */
export async function serveEmbedded(
  pglite: PGlite,
): Promise<{ target: DatabaseTarget & { kind: 'socket' }; stop(): Promise<void> }> {
  const socketDir = await mkdtemp(join(tmpdir(), 'sentia-test-'));
  const server = await serveSession(pglite, socketDir, (error) => {
    console.error('the embedded database of a test broke', error);
  });
  return {
    target: { kind: 'socket', socketDir },
    stop: async () => {
      await server.stop();
      await rm(socketDir, { recursive: true, force: true });
    },
  };
}
