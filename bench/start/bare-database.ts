import path from 'node:path';
import postgres from 'postgres';
import { childEnvironment } from '../../cli/supervisor/children.ts';
import { clientOptions } from '../../prisma/database-target.ts';
import { socketDirectory } from '../../prisma/embedded/socket-directory.ts';
import { forkProcess } from '../support/fork-script.ts';

/** Seconds until the embedded database, alone on these data, answers its first query. */
export async function measureBareDatabase(clone: string, dataDir: string): Promise<number> {
  const socketDir = socketDirectory(dataDir);
  const env = childEnvironment(
    { NODE_ENV: 'production', PATH: process.env['PATH'] },
    { port: 0, mqttPort: 0, mqttUrl: null, mqttCa: null },
    { dataDir, databaseSocketDir: socketDir, brokerPasswords: {}, demo: false },
  );
  const startedAt = Date.now();
  const database = forkProcess(path.join(clone, 'build/processes/database.js'), env);
  try {
    await database.next('ready');
    const sql = postgres({ ...clientOptions({ kind: 'socket', socketDir }, 'bench'), max: 1 });
    await sql`SELECT 1`;
    const seconds = (Date.now() - startedAt) / 1000;
    await sql.end({ timeout: 1 });
    return seconds;
  } finally {
    await database.stop();
  }
}
