import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @returns the folder of Sentia's package.json, whether this runs from source or from a bundle in build/. */
export function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'prisma', 'migrations')))
      return folder;
    if (folder === dirname(folder))
      throw new Error(`no package.json beside prisma/migrations above ${start}`);
  }
}
