import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectBroker } from '../../cli/replay/connect-broker.ts';
import { parseOptions } from '../../cli/replay/options.ts';
import { openPublisher } from '../../cli/replay/publisher.ts';
import { prepareReplay, runReplay } from '../../cli/replay/run-replay.ts';
import { systemClock } from '../../contracts/clock.ts';
import { startBroker } from './broker-that-restarts.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sentia-replay-'));
});
afterEach(() => rm(folder, { recursive: true }));

const ROWS = 20_000;

async function writeTable(): Promise<string> {
  const file = join(folder, 'table.csv');
  const rows = Array.from({ length: ROWS }, (_, i) => `${new Date(1.5e12 + i * 1000).toISOString()},${i}`);
  await writeFile(file, `at,count\n${rows.join('\n')}\n`);
  return file;
}

function countsIn(payloads: readonly string[]): Set<number> {
  const records = payloads.flatMap((payload) => JSON.parse(payload) as { values: { count: number } }[]);
  return new Set(records.map(({ values }) => values.count));
}

test('a replay goes on when the broker is cut off in the middle and comes back, and nothing is missing', async () => {
  const file = await writeTable();
  const options = parseOptions(
    { topic: 'plants/a/b/c/d', time: 'at', zone: 'UTC', decimal: 'point', max: true },
    Date.now(),
  );
  const prepared = await prepareReplay(file, options, systemClock);
  const first = await startBroker(0, 11);
  const publisher = await openPublisher({
    connect: () => connectBroker({ url: `mqtt://127.0.0.1:${first.port}`, ca: null }),
    clock: systemClock,
    windowMessages: 4,
    giveUpAfterMs: 30_000,
  });
  const running = runReplay(prepared, {
    publisher,
    clock: systemClock,
    stop: new AbortController().signal,
  });
  await expect.poll(() => publisher.trouble(), { timeout: 20_000 }).not.toBeNull();
  await first.stop();
  const second = await startBroker(first.port);
  const account = await running;
  await publisher.close();
  await second.stop();

  expect(account).toMatchObject({
    complete: true,
    reason: null,
    rows: { read: ROWS, published: ROWS, refused: 0 },
    readings: { published: ROWS, acknowledged: ROWS, distinct: ROWS },
  });
  expect(account.reconnects).toBeGreaterThan(0);
  expect(account.messages.repeated).toBeGreaterThan(0);
  expect(countsIn([...first.payloads, ...second.payloads]).size).toBe(ROWS);
  // What the first broker took without acknowledging came again.
  expect(first.payloads.length + second.payloads.length).toBeGreaterThan(account.messages.published);
});

test('a replay to a broker that is not there ends with a line that says what to do', async () => {
  const broker = await startBroker(0);
  await broker.stop();
  await expect(
    connectBroker({ url: `mqtt://user:secret@127.0.0.1:${broker.port}`, ca: null }),
  ).rejects.toThrow(`No MQTT broker answers at mqtt://127.0.0.1:${broker.port}`);
});
