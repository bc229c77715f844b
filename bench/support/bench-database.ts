import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import postgres from 'postgres';
import { root } from '../../cli/launch/root.mjs';
import { childEnvironment, makeBrokerPasswords } from '../../cli/supervisor/children.ts';
import type { DatabaseTarget } from '../../prisma/database-target.ts';
import { socketDirectory } from '../../prisma/embedded/socket-directory.ts';
import { migrate } from '../../prisma/migrate.ts';
import { forkProcess } from './fork-script.ts';

export type EngineName = 'embedded' | 'postgres' | 'timescale';

/** A migrated database of its own, as `npm start` would run or use it. */
export interface BenchDatabase {
  target: DatabaseTarget;
  /** The embedded database's process; null where backends serve each connection. */
  pid: number | null;
  drop(): Promise<void>;
}

/** @returns null when there is no server to make it on. */
export async function createBenchDatabase(engine: EngineName): Promise<BenchDatabase | null> {
  if (engine === 'embedded') return startEmbedded();
  const adminUrl = process.env['SENTIA_TEST_DATABASE_URL'];
  return adminUrl === undefined ? null : createOn(adminUrl, engine === 'timescale');
}

async function startEmbedded(): Promise<BenchDatabase> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sentia-bench-'));
  const target: DatabaseTarget = { kind: 'socket', socketDir: socketDirectory(dataDir) };
  const env = childEnvironment(
    { PATH: process.env['PATH'], SENTIA_LOG_LEVEL: 'warn', SENTIA_DEMO: 'off' },
    { port: 0, mqttPort: 0, mqttUrl: null, mqttCa: null },
    { dataDir, databaseSocketDir: target.socketDir, brokerPasswords: makeBrokerPasswords(), demo: false },
  );
  const child = forkProcess(path.join(root, 'build/processes/database.js'), env);
  await child.next('ready');
  await migrate(target, pino({ level: 'silent' }));
  return {
    target,
    pid: child.pid,
    drop: async () => {
      await child.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function createOn(adminUrl: string, timescale: boolean): Promise<BenchDatabase> {
  const name = `sentia_bench_${randomBytes(6).toString('hex')}`;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  await admin.unsafe(`CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const target: DatabaseTarget = { kind: 'url', url: url.href };
  if (timescale) {
    const own = postgres(url.href, { max: 1, onnotice: () => undefined });
    await own`CREATE EXTENSION timescaledb`;
    await own.end();
  }
  await migrate(target, pino({ level: 'silent' }));
  return {
    target,
    pid: null,
    drop: async () => {
      await admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}
