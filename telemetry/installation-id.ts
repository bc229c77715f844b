import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The name of this installation, made once and kept in the data directory: brokers know our session by it and the ledger
 * our rows. A copy of the directory must not run beside its original.
 */
export async function readInstallationId(dataDir: string): Promise<string> {
  const file = join(dataDir, 'installation-id');
  await mkdir(dataDir, { recursive: true });
  try {
    // "wx": whoever comes first makes it, everybody else reads it.
    await writeFile(file, `${randomBytes(6).toString('hex')}\n`, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const id = (await readFile(file, 'utf8')).trim();
  if (!/^[0-9a-f]{12}$/.test(id)) {
    throw new Error(`${file} should hold 12 hexadecimal digits. Remove it to get a new one.`);
  }
  return id;
}
