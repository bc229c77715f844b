import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import mqtt from 'mqtt';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whyNotListen } from '../../cli/launch/ports.mjs';
import { choosePort } from '../../cli/supervisor/free-port.ts';
import { sentia, startSentia, temporaryDataDir } from '../support/run-sentia.ts';

const SERVER = process.env['SENTIA_TEST_DATABASE_URL'] ?? '';
const BROKER = process.env['SENTIA_TEST_MQTT_URL'] ?? '';
const TIMESCALE = process.env['SENTIA_TEST_TIMESCALE'] === 'on';

let admin: postgres.Sql;
let database: string;
let databaseUrl: string;
let dataDir: string;
let removeDataDir: () => void;
beforeEach(async () => {
  ({ dataDir, remove: removeDataDir } = temporaryDataDir());
  database = `sentia_start_${randomUUID().replaceAll('-', '')}`;
  databaseUrl = withDatabase(SERVER, database);
  admin = postgres(SERVER, { max: 1, onnotice: () => undefined });
  await admin`CREATE DATABASE ${admin(database)}`;
  if (TIMESCALE) await inDatabase((sql) => sql`CREATE EXTENSION timescaledb`);
});
afterEach(async () => {
  await admin`DROP DATABASE ${admin(database)} WITH (FORCE)`;
  await admin.end();
  removeDataDir();
});

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** What was said beside the progress of the start. */
function mistakesIn(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !/ …$|\(\d+ s\)$/.test(line));
}

async function inDatabase<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

test('with a real database and broker a published value comes out of the API, and everything ends in order', async () => {
  const running = await startSentia({
    SENTIA_DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    MQTT_URL: BROKER,
  });
  const publisher = await mqtt.connectAsync(BROKER);
  const site = `works-${Date.now()}`;
  const payload = JSON.stringify({ value: 71.25, at: new Date().toISOString() });
  await publisher.publishAsync(`plants/${site}/hall-1/line-1/press-1/temperature`, payload, { qos: 1 });
  await vi.waitFor(
    async () => {
      const answer = await fetch(new URL(`/api/v1/signals/latest?site=${site}`, running.url));
      expect(await answer.json()).toMatchObject({ items: [{ signal: 'temperature', value: 71.25 }] });
    },
    { timeout: 10_000, interval: 100 },
  );
  await publisher.endAsync();
  await vi.waitFor(
    async () => {
      const health = await (await fetch(new URL('/healthz', running.url))).json();
      expect(Object.keys(health.parts).sort()).toEqual(['broker', 'database', 'server', 'telemetry']);
      expect(health.status).toBe('ok');
    },
    { timeout: 10_000, interval: 100 },
  );
  expect(await running.stop()).toBe(0);
  const [{ count }] = await inDatabase(
    (sql) =>
      sql<[{ count: number }]>`SELECT count(*)::int AS count FROM telemetry.reading WHERE value = 71.25`,
  );
  expect(count).toBe(1);
});

test('the hypertables are those of the engine that the database has', async () => {
  expect(
    await sentia(['migrate', '--json'], { SENTIA_DATA_DIR: dataDir, DATABASE_URL: databaseUrl }),
  ).toMatchObject({ code: 0 });
  const [{ kind }] = await inDatabase(
    (sql) =>
      sql<[{ kind: string }]>`SELECT relkind AS kind FROM pg_class WHERE oid = 'telemetry.reading'::regclass`,
  );
  expect(kind).toBe(TIMESCALE ? 'r' : 'p');
});

test('migrating twice, and at once from three processes, applies each migration once', async () => {
  const env = { SENTIA_DATA_DIR: dataDir, DATABASE_URL: databaseUrl };
  const runs = await Promise.all([1, 2, 3].map(() => sentia(['migrate', '--json'], env)));
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  const applied = runs.flatMap(({ stdout }) => JSON.parse(stdout).applied);
  expect(applied.length).toBeGreaterThan(0);
  expect(new Set(applied).size).toBe(applied.length);
  expect(await sentia(['migrate'], env)).toMatchObject({
    code: 0,
    stdout: 'The database has the newest schema already.\n',
  });
});

test.each([
  {
    name: 'a database that does not answer',
    env: { DATABASE_URL: 'postgres://ada:s3cret@127.0.0.1:9/plant' },
    line: /^No PostgreSQL answers at 127\.0\.0\.1:9/,
  },
  {
    name: 'a database that does not exist',
    env: { DATABASE_URL: withDatabase(SERVER || 'postgres://x', 'no_such_one') },
    line: /^There is no database "no_such_one"/,
  },
  {
    name: 'a broker that does not answer',
    env: { MQTT_URL: 'mqtt://ada:s3cret@127.0.0.1:9' },
    line: /^No MQTT broker answers at mqtt:\/\/127\.0\.0\.1:9/,
  },
])('$name ends the start with one line, exit code 2', async ({ env, line }) => {
  const given = { SENTIA_DATA_DIR: dataDir, DATABASE_URL: databaseUrl, MQTT_URL: BROKER, PORT: '0', ...env };
  const { code, stdout, stderr } = await sentia(['start'], given);
  expect(mistakesIn(stderr)).toEqual([expect.stringMatching(line)]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toContain('s3cret');
});

test('a wrong password ends the start with one line that does not repeat it', async () => {
  await admin`DROP ROLE IF EXISTS guarded_login`;
  await admin`CREATE ROLE guarded_login LOGIN PASSWORD 'right'`;
  const url = new URL(databaseUrl);
  url.username = 'guarded_login';
  url.password = 's3cret';
  const { code, stderr } = await sentia(['start'], {
    SENTIA_DATA_DIR: dataDir,
    DATABASE_URL: url.href,
    MQTT_URL: BROKER,
    PORT: '0',
  });
  expect(mistakesIn(stderr)).toEqual([expect.stringMatching(/refused the password of user "guarded_login"/)]);
  expect(stderr).not.toContain('s3cret');
  expect(code).toBe(2);
});

test('a database without pgvector is refused and left as it was', async () => {
  const control = path.join(process.env['SENTIA_TEST_PG_EXTENSIONS'] ?? '', 'vector.control');
  renameSync(control, `${control}.away`);
  try {
    const { code, stderr } = await sentia(['start'], {
      SENTIA_DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      MQTT_URL: BROKER,
      PORT: '0',
    });
    expect(mistakesIn(stderr)).toEqual([expect.stringMatching(/lacks the extension pgvector/)]);
    expect(code).toBe(2);
  } finally {
    renameSync(`${control}.away`, control);
  }
  const tables = await inDatabase((sql) => sql`SELECT FROM pg_namespace WHERE nspname = 'telemetry'`);
  expect(tables).toHaveLength(0);
});

test('a broker that refuses the password ends the start with one line', async () => {
  const config = path.join(dataDir, 'mosquitto.conf');
  const port = await choosePort(0, '127.0.0.1');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous false\n`);
  const broker = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
  try {
    await vi.waitFor(
      async () => expect(await whyNotListen({ port, host: '127.0.0.1' })).toBe('EADDRINUSE'),
      5_000,
    );
    const MQTT_URL = `mqtt://ada:s3cret@127.0.0.1:${port}`;
    const { code, stderr } = await sentia(['start'], {
      SENTIA_DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      MQTT_URL,
      PORT: '0',
    });
    expect(mistakesIn(stderr)).toEqual([
      `The MQTT broker at mqtt://127.0.0.1:${port} refuses the user or password. Correct them in MQTT_URL.`,
    ]);
    expect(code).toBe(2);
  } finally {
    broker.kill();
  }
});

test('the doctor finds a real database and broker well, and says what to do when they are not', async () => {
  const env = { SENTIA_DATA_DIR: dataDir, DATABASE_URL: databaseUrl, MQTT_URL: BROKER, PORT: '0' };
  const well = await sentia(['doctor', '--json'], env);
  expect(JSON.parse(well.stdout)).toMatchObject({ healthy: true });
  expect(well.code).toBe(0);
  const ill = await sentia(['doctor', '--json'], { ...env, MQTT_URL: 'mqtt://127.0.0.1:9' });
  const findings = JSON.parse(ill.stdout).findings.filter(
    (finding: { status: string }) => finding.status === 'broken',
  );
  expect(findings).toEqual([
    expect.objectContaining({ part: 'broker', advice: expect.stringContaining('Start it') }),
  ]);
  expect(ill.code).toBe(1);
});
