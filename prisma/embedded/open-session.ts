import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';

/**
 * Opens the embedded database in `directory`, making it first where there is none. It is made beside its place and
 * renamed, so that one whose making was interrupted is never taken for a database.
 * @param onMaking called before the seconds that making takes.
 */
export async function openSession(directory: string, onMaking: () => void): Promise<PGlite> {
  if (!existsSync(join(directory, 'PG_VERSION'))) {
    onMaking();
    const unfinished = `${directory}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    const made = await PGlite.create({ dataDir: unfinished, extensions: { vector } });
    await made.close();
    await rename(unfinished, directory);
  }
  return PGlite.create({ dataDir: directory, extensions: { vector } });
}
