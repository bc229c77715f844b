import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** One folder of `prisma/migrations`; `checksum` is SHA-256 of the file's bytes in hex, as Prisma computes it. */
export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** @returns the code's migrations in the order in which they are applied. */
export async function readMigrations(
  folder = join(packageRoot(), 'prisma', 'migrations'),
): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(join(folder, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    }),
  );
}
