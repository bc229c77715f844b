import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { healthSchema } from '../../contracts/health.ts';
import { killTree } from '../support/kill-tree.ts';
import { startPublishers, type PacedPublishers } from '../support/paced-publishers.ts';
import { startRecordingLine, type RecordingLine } from '../support/recording-line.ts';
import { startSentia, temporaryDataDir, type RunningSentia } from '../support/run-sentia.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';

// Guarantee 1 with a broker of the customer's own, Mosquitto with its untouched defaults: what Sentia has acknowledged
// to it is stored, once, whatever is killed. What Mosquitto itself forgets when it is killed was never ours; it is counted.

const long = process.env['SENTIA_TEST_LONG'] === '1';
const MESSAGES = long ? 200_000 : 50_000;
const KILLS = long ? 50 : 12;
/** Slow enough for the last restart to end before the last message: Mosquitto goes on taking them without us. */
const MESSAGES_PER_S = 800;
const VICTIMS = ['telemetry', 'broker', 'everything'] as const;
const seed = Number(process.env['SENTIA_TEST_SEED'] ?? 20261120);

let admin: postgres.Sql;
let name: string;
let databaseUrl: string;
let place: ReturnType<typeof temporaryDataDir>;
let broker: TestBroker;
let line: RecordingLine;
let running: RunningSentia;
let publishers: PacedPublishers;

beforeEach(async () => {
  const server = process.env['SENTIA_TEST_DATABASE_URL'] ?? '';
  name = `sentia_kill_${randomUUID().replaceAll('-', '')}`;
  admin = postgres(server, { max: 1, onnotice: () => undefined });
  await admin`CREATE DATABASE ${admin(name)}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  databaseUrl = url.href;
  place = temporaryDataDir();
  broker = await startTestBroker();
  line = await startRecordingLine(broker.port);
  await start();
});

afterEach(async () => {
  await publishers.stop();
  await running.stop();
  await line.stop();
  await broker.stop();
  await admin`DROP DATABASE ${admin(name)} WITH (FORCE)`;
  await admin.end();
  place.remove();
});

async function start(): Promise<void> {
  running = await startSentia({
    ...{ SENTIA_DATA_DIR: place.dataDir, SENTIA_DEMO: 'off', DATABASE_URL: databaseUrl, MQTT_URL: line.url },
  });
}

async function kill(victim: (typeof VICTIMS)[number]): Promise<void> {
  if (victim === 'broker') {
    await broker.kill();
    await broker.start();
  } else if (victim === 'everything') {
    if (running.process.pid !== undefined) killTree(running.process.pid);
    await start();
  } else {
    const answer = await fetch(new URL('/healthz', running.url));
    const pid = healthSchema.parse(await answer.json()).parts?.[victim]?.pid;
    if (pid === undefined) throw new Error(`/healthz names no process for ${victim}`);
    process.kill(pid, 'SIGKILL');
  }
}

test(
  'what Sentia has acknowledged to Mosquitto is stored once, whatever is killed',
  async () => {
    const random = seededRandom(seed);
    const beginMs = Date.now() - 3_600_000;
    publishers = startPublishers({
      ...{ url: broker.url, publishers: 5, messages: MESSAGES, messagesPerS: MESSAGES_PER_S, beginMs },
    });
    for (let nth = 0; nth < KILLS; nth++) {
      const goal = ((MESSAGES * 0.8) / KILLS) * (nth + random());
      await expect.poll(() => publishers.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(goal);
      await kill(VICTIMS[nth % VICTIMS.length] ?? 'everything');
      const before = line.acknowledged.size;
      await expect.poll(() => line.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(before);
    }
    await publishers.done;
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
    const stored = async () => {
      const rows = await sql<{ value: number }[]>`SELECT value FROM telemetry.reading ORDER BY value`;
      return rows.map(({ value }) => value);
    };
    // Until nothing comes any more.
    let last = -1;
    await expect
      .poll(
        async () => {
          const [row] = await sql<{ count: number }[]>`SELECT count(*)::int AS count FROM telemetry.reading`;
          const same = row?.count === last;
          last = row?.count ?? 0;
          return same;
        },
        { timeout: 60_000, interval: 3_000 },
      )
      .toBe(true);
    const values = await stored();
    const [ledger] = await sql`
      SELECT stored::int, conflict::int, dead_lettered::int AS "deadLettered" FROM telemetry.ledger_total`;
    await sql.end();
    expect(new Set(values).size).toBe(values.length);
    expect(ledger).toEqual({ stored: values.length, conflict: 0, deadLettered: 0 });
    const isStored = new Set(values);
    // Sentia's own state for Sparkplug passes there too.
    const telemetry = [...line.acknowledged].flatMap((payload) => /"value":(\d+)/.exec(payload)?.[1] ?? []);
    expect(telemetry.length).toBeGreaterThan(MESSAGES / 2);
    expect(telemetry.filter((value) => !isStored.has(Number(value)))).toEqual([]);
    const lost = MESSAGES - values.length;
    console.info(
      `Mosquitto had acknowledged ${lost} of ${MESSAGES} messages that it forgot when it was killed`,
    );
  },
  long ? 1_200_000 : 300_000,
);
