import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLedgerWriter, type LedgerWriter } from '../../tests/support/ledger-writer.ts';
import { startLiveServer, until, type LiveServer } from '../../tests/support/live-server.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';

let db: TestDatabase;
let writer: LedgerWriter;
const opened: LiveServer[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  writer = createLedgerWriter(db.database);
});

afterAll(async () => {
  for (const each of opened) await each.stop();
  await db.close();
});

test('a client that does not read is cut, the others go on, and nothing of it is kept', async () => {
  const words = await writer.createSignal({ site: 'ulm', machine: 'press', signal: 'words', kind: 'text' });
  const server = await startLiveServer(db.database, { organisationIds: [1] });
  opened.push(server);
  const reading = await server.watch('ulm');
  const stalled = await server.watch('ulm');
  await reading.waitFor((event) => event.name === 'snapshot');
  await stalled.waitFor((event) => event.name === 'snapshot');
  stalled.stall();
  expect(server.live.hub.counts().clients).toBe(2);

  // Frames of 200 kB fill what the two kernels keep for the connection, then what waits in the process.
  let position = 0;
  const text = 'x'.repeat(200_000);
  for (let i = 0; i < 200 && server.stream.cut() === 0; i++) {
    position = await writer.write([{ signalId: words, at: Date.now(), value: `${i} ${text}` }]);
    await reading.waitFor((event) => event.position >= position);
  }
  expect(server.stream.cut()).toBe(1);
  await until(() => server.live.hub.counts().clients === 1);
  position = await writer.write([{ signalId: words, at: Date.now(), value: 'still here' }]);
  await reading.waitFor((event) => event.position >= position);
});

test('a client that leaves is forgotten at once', async () => {
  const server = await startLiveServer(db.database, { organisationIds: [1] });
  opened.push(server);
  const client = await server.watch('ulm');
  await client.waitFor((event) => event.name === 'beat');
  expect(server.live.hub.counts().clients).toBe(1);
  client.close();
  await until(() => server.live.hub.counts().clients === 0);
});

test('beyond its bound a server takes no more clients, and takes one again when one has left', async () => {
  const server = await startLiveServer(db.database, { organisationIds: [1], mostClients: 2 });
  opened.push(server);
  const first = await server.watch('ulm');
  await server.watch('ulm');
  const refused = await fetch(`${server.url}/api/v1/sites/ulm/live`);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(await refused.json()).toMatchObject({ status: 503 });
  first.close();
  await until(() => server.live.hub.counts().clients === 1);
  expect((await server.watch('ulm')).status).toBe(200);
});
