import type postgres from 'postgres';
import { cpuSecondsOf } from '../support/cpu.ts';
import type { Script } from '../support/fork-script.ts';
import type { Published, PublishOrder } from '../support/raw-publisher.ts';
import type { RunningIngest } from '../support/start-ingest.ts';
import type { ExpectOrder, Parsed } from './bare-subscriber.ts';

export const SIGNALS = 200;
const WINDOW_MESSAGES = 2_000;
const POLL_MS = 100;
const GIVE_UP_MS = 120_000;

function order(port: number, topicPrefix: string, messages: number): PublishOrder {
  return {
    type: 'publish',
    port,
    topicPrefix,
    signals: SIGNALS,
    messages,
    windowMessages: WINDOW_MESSAGES,
    rate: null,
  };
}

/** Messages a second from the first publish to the last row committed, one reading a message. */
export async function measureIngest(
  publisher: Script,
  ingest: RunningIngest,
  messages: number,
): Promise<{ rate: number; perCpuSecond: number; readingsABatch: number }> {
  const pids = [ingest.telemetryPid, ...(await ingest.databasePids())];
  const cpuBefore = cpuSecondsOf(pids);
  const before = await stored(ingest.sql);
  publisher.send(order(ingest.mqttPort, 'plants/bench/hall', messages));
  const { startedAt } = await publisher.next<Published>('published');
  const after = await untilStored(ingest.sql, before.count + messages);
  const cpu = cpuSecondsOf(pids) - cpuBefore;
  return {
    rate: (messages / (after.lastAt - startedAt)) * 1000,
    perCpuSecond: messages / cpu,
    readingsABatch: Math.round(messages / (after.batches - before.batches)),
  };
}

/** The same messages over the same broker to a subscriber that only parses them. */
export async function measureControl(
  publisher: Script,
  subscriber: Script,
  port: number,
  messages: number,
): Promise<{ rate: number; perCpuSecond: number }> {
  const cpuBefore = cpuSecondsOf([subscriber.pid]);
  subscriber.send({ type: 'expect', messages } satisfies ExpectOrder);
  publisher.send(order(port, 'bench/control/hall', messages));
  const { startedAt } = await publisher.next<Published>('published');
  const { lastAt } = await subscriber.next<Parsed>('parsed');
  const cpu = cpuSecondsOf([subscriber.pid]) - cpuBefore;
  return { rate: (messages / (lastAt - startedAt)) * 1000, perCpuSecond: messages / cpu };
}

interface Stored {
  count: number;
  batches: number;
  lastAt: number;
}

async function stored(sql: postgres.Sql): Promise<Stored> {
  const [row] = await sql<{ count: number; batches: number; last_at: Date | null }[]>`
    SELECT coalesce(sum(stored), 0)::int AS count, count(*)::int AS batches, max(committed_at) AS last_at
    FROM telemetry.ingest_batch`;
  return { count: row?.count ?? 0, batches: row?.batches ?? 0, lastAt: row?.last_at?.getTime() ?? 0 };
}

async function untilStored(sql: postgres.Sql, count: number): Promise<Stored> {
  const deadline = Date.now() + GIVE_UP_MS;
  let found = await stored(sql);
  while (found.count < count) {
    if (Date.now() > deadline) throw new Error(`only ${found.count} of ${count} readings were stored`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    found = await stored(sql);
  }
  return found;
}
