import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { healthSchema } from '../../contracts/health.ts';
import { clientOptions } from '../../prisma/database-target.ts';
import { socketDirectory } from '../../prisma/embedded/socket-directory.ts';
import { killTree } from '../support/kill-tree.ts';
import { startPublishers, type PacedPublishers } from '../support/paced-publishers.ts';
import { startSentia, temporaryDataDir, type RunningSentia } from '../support/run-sentia.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { freePort } from '../support/test-broker.ts';

// Guarantees 1 and 2 on the built product: publishers go on while its processes are killed at random moments. Every
// acknowledged message is there, once, and the ledger says the same as the tables.

/** SENTIA_TEST_LONG=1 takes the longer run. */
const long = process.env['SENTIA_TEST_LONG'] === '1';
const MESSAGES = long ? 200_000 : 50_000;
const KILLS = long ? 50 : 12;
const MESSAGES_PER_S = 2_500;
/** Telemetry holds the embedded broker. */
const VICTIMS = ['telemetry', 'database', 'everything'] as const;
const seed = Number(process.env['SENTIA_TEST_SEED'] ?? 20261120);

let place: ReturnType<typeof temporaryDataDir>;
let port: number;
let running: RunningSentia;
let publishers: PacedPublishers;

beforeEach(async () => {
  place = temporaryDataDir();
  port = await freePort();
  await start();
});

afterEach(async () => {
  await publishers.stop();
  await running.stop();
  place.remove();
});

async function start(): Promise<void> {
  running = await startSentia({
    ...{ SENTIA_DATA_DIR: place.dataDir, SENTIA_DEMO: 'off', SENTIA_MQTT_PORT: String(port) },
  });
}

async function pidOf(part: string): Promise<number> {
  const answer = await fetch(new URL('/healthz', running.url));
  const { parts = {} } = healthSchema.parse(await answer.json());
  const pid = parts[part]?.pid;
  if (pid === undefined) throw new Error(`/healthz names no process for ${part}`);
  return pid;
}

async function kill(victim: (typeof VICTIMS)[number]): Promise<void> {
  if (victim === 'everything') {
    const { pid } = running.process;
    if (pid !== undefined) killTree(pid);
    await start();
  } else {
    process.kill(await pidOf(victim), 'SIGKILL');
  }
}

/** The accounting of the writer that runs now, as `/metrics` tells it. */
async function accounting(): Promise<Map<string, number>> {
  const text = await (await fetch(new URL('/metrics', running.url))).text();
  const found = text.matchAll(/^sentia_readings\{.*account="(\w+)"\} (\d+)$/gm);
  return new Map([...found].map(([, account = '', count]) => [account, Number(count)]));
}

// On real services tests/services/kill.test.ts does the same.
const elsewhere = process.platform !== 'linux' || process.env['SENTIA_TEST_DATABASE_URL'] !== undefined;

test.skipIf(elsewhere)(
  'no acknowledged message is lost and none is stored twice, however often its processes are killed',
  async () => {
    const random = seededRandom(seed);
    const beginMs = Date.now() - 3_600_000;
    publishers = startPublishers({
      ...{ url: `mqtt://127.0.0.1:${port}`, publishers: 5, messages: MESSAGES },
      ...{ messagesPerS: MESSAGES_PER_S, beginMs },
    });
    const restartsMs: number[] = [];
    for (let nth = 0; nth < KILLS; nth++) {
      const goal = (MESSAGES / (KILLS + 1)) * (nth + 0.5 + random());
      await expect.poll(() => publishers.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(goal);
      const victim = VICTIMS[nth % VICTIMS.length] ?? 'everything';
      const killedAt = Date.now();
      await kill(victim);
      // What was acknowledged in the last moment before it died does not count as recovered.
      await expect
        .poll(() => publishers.lastAcknowledgedAt, { timeout: 60_000, interval: 20 })
        .toBeGreaterThan(killedAt + 250);
      restartsMs.push(publishers.lastAcknowledgedAt - killedAt);
    }
    await publishers.done;
    const inFlight = async () => (await accounting()).get('in_flight');
    await expect.poll(inFlight, { timeout: 60_000, interval: 500 }).toBe(0);

    const told = await accounting();
    const sum = ['stored', 'duplicate', 'conflict', 'dead_lettered', 'shed', 'in_flight'];
    expect(sum.reduce((total, account) => total + (told.get(account) ?? NaN), 0)).toBe(told.get('received'));

    const target = { kind: 'socket', socketDir: socketDirectory(place.dataDir) } as const;
    const sql = postgres({ ...clientOptions(target, 'test'), max: 1 });
    const [tables] = await sql<{ count: number; distinct: number; most: number }[]>`
      SELECT count(*)::int, count(DISTINCT value)::int AS distinct, max(value)::int AS most FROM telemetry.reading`;
    const [ledger] = await sql`
      SELECT stored::int, conflict::int, dead_lettered::int AS "deadLettered" FROM telemetry.ledger_total`;
    await sql.end();
    expect(tables).toEqual({ count: MESSAGES, distinct: MESSAGES, most: MESSAGES - 1 });
    expect(ledger).toEqual({ stored: MESSAGES, conflict: 0, deadLettered: 0 });
    console.info(`restarts in ms, ${VICTIMS.join(', ')} in turn: ${restartsMs.join(', ')}`);
    expect(Math.max(...restartsMs)).toBeLessThan(30_000);
  },
  long ? 1_200_000 : 300_000,
);
