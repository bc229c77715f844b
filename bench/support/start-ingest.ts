import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mqtt from 'mqtt';
import { pino } from 'pino';
import postgres from 'postgres';
import { root } from '../../cli/launch/root.mjs';
import { childEnvironment, makeBrokerPasswords } from '../../cli/supervisor/children.ts';
import { choosePort } from '../../cli/supervisor/free-port.ts';
import { clientOptions, type DatabaseTarget } from '../../prisma/database-target.ts';
import { socketDirectory } from '../../prisma/embedded/socket-directory.ts';
import { migrate } from '../../prisma/migrate.ts';
import { forkProcess } from './fork-script.ts';

export interface RunningIngest {
  /** Where machines publish. */
  mqttPort: number;
  telemetryPid: number;
  /** The embedded database's process, or the backends that serve telemetry. */
  databasePids(): Promise<number[]>;
  sql: postgres.Sql;
  stop(): Promise<void>;
}

const PROBE_MS = 100;

const script = (name: string) => path.join(root, `build/processes/${name}.js`);

/** Telemetry and its database as `npm start` runs them, in processes of their own, without server and simulator. */
export async function startIngest(options: {
  databaseUrl: string | null;
  /** null: the embedded broker. */
  mqttPort: number | null;
}): Promise<RunningIngest> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sentia-bench-'));
  const target: DatabaseTarget =
    options.databaseUrl === null
      ? { kind: 'socket', socketDir: socketDirectory(dataDir) }
      : { kind: 'url', url: options.databaseUrl };
  const ownPort = options.mqttPort ?? (await choosePort(0, '127.0.0.1'));
  const mqttUrl = options.mqttPort === null ? null : `mqtt://127.0.0.1:${options.mqttPort}`;
  const env = childEnvironment(
    {
      PATH: process.env['PATH'],
      SENTIA_LOG_LEVEL: 'warn',
      SENTIA_DEMO: 'off',
      ...(mqttUrl === null ? {} : { MQTT_URL: mqttUrl }),
      ...(options.databaseUrl === null ? {} : { DATABASE_URL: options.databaseUrl }),
    },
    { port: 0, mqttPort: ownPort, mqttUrl, mqttCa: null },
    {
      dataDir,
      databaseSocketDir: target.kind === 'socket' ? target.socketDir : null,
      brokerPasswords: makeBrokerPasswords(),
      demo: false,
    },
  );
  const database = target.kind === 'socket' ? forkProcess(script('database'), env) : null;
  await database?.next('ready');
  await migrate(target, pino({ level: 'silent' }));
  const profile = process.env['BENCH_PROFILE'];
  const telemetry = forkProcess(
    script('telemetry'),
    env,
    profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--enable-source-maps'],
  );
  await telemetry.next('ready');
  const common = { ...clientOptions(target, 'bench'), max: 1 };
  const sql = target.kind === 'url' ? postgres(target.url, common) : postgres(common);
  await untilSubscribed(ownPort, sql);
  return {
    mqttPort: ownPort,
    telemetryPid: telemetry.pid,
    sql,
    databasePids: async () => {
      if (database !== null) return [database.pid];
      const rows = await sql<{ pid: number }[]>`
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
      return rows.map(({ pid }) => pid);
    },
    stop: async () => {
      await sql.end({ timeout: 1 });
      await telemetry.stop();
      await database?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Telemetry is ready before a broker of its own has let it subscribe, and what is published earlier goes to nobody: one
 * reading is published until it is stored. Its time is always the same, so it is stored once however often it is sent.
 */
async function untilSubscribed(mqttPort: number, sql: postgres.Sql): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`);
  for (;;) {
    await client.publishAsync(
      'plants/bench/hall/probe/probe/ready',
      '{"value":1,"at":"2026-01-01T00:00:00Z"}',
      { qos: 1 },
    );
    const rows = await sql`SELECT FROM telemetry.ingest_batch LIMIT 1`;
    if (rows.length > 0) break;
    await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
  }
  await client.endAsync();
}
