import { once } from 'node:events';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import type { Database } from '../../contracts/database.ts';
import {
  createDataDirectory,
  emptyDataDirectory,
  startEmbeddedProcess,
  type EmbeddedProcess,
} from '../../tests/support/embedded-process.ts';
import { socketFile } from '../database-target.ts';
import { openDatabase } from '../open-database.ts';

const writer = { role: 'sentia_writer' } as const;
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(dataDir: string): Promise<EmbeddedProcess> {
  const embedded = await startEmbeddedProcess(dataDir);
  cleanUps.push(() => embedded.stop());
  return embedded;
}

async function startMigrated(): Promise<{ dataDir: string; socketDir: string; embedded: EmbeddedProcess }> {
  const place = await createDataDirectory();
  cleanUps.push(place.remove);
  return { ...place, embedded: await start(place.dataDir) };
}

async function open(socketDir: string): Promise<Database> {
  const database = await openDatabase({ target: { kind: 'socket', socketDir }, name: 'test' });
  cleanUps.push(() => database.close());
  return database;
}

const ask = (database: Database) => database.transaction(writer, (sql) => sql`SELECT 1 AS n`);

test('a new data directory becomes a database with pgvector, behind a socket for this user alone', async () => {
  const place = emptyDataDirectory();
  cleanUps.push(place.remove);
  // What a first start left that was killed in the middle.
  mkdirSync(join(place.dataDir, 'database.new', 'base'), { recursive: true });
  const embedded = await start(place.dataDir);
  expect(embedded.outcome.type).toBe('ready');
  expect(statSync(place.socketDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(place.dataDir, 'database')).mode & 0o077).toBe(0);
  const { migrate } = await import('../migrate.ts');
  const target = { kind: 'socket', socketDir: place.socketDir } as const;
  expect((await migrate(target, { info: () => undefined })).applied.length).toBeGreaterThan(0);
  expect(await embedded.stop()).toBe(0);
  expect(existsSync(socketFile(place.socketDir))).toBe(false);
});

test('a second process on the same data directory is refused by PID, and the first goes on', async () => {
  const { dataDir, socketDir, embedded } = await startMigrated();
  const database = await open(socketDir);
  const second = await start(dataDir);
  expect(second.outcome).toEqual({
    type: 'fatal',
    text: `The embedded database in ${dataDir} is in use by PID ${embedded.child.pid}. Stop that process first.`,
  });
  expect(await second.exited).toBe(2);
  expect(await ask(database)).toEqual([{ n: 1 }]);
});

test('after kill -9 under load everything that was committed is there, and open handles go on', async () => {
  const place = await createDataDirectory();
  cleanUps.push(place.remove);
  let embedded = await start(place.dataDir);
  const database = await open(place.socketDir);
  const committed: string[] = [];
  let refused = 0;
  let running = true;
  const load = (async () => {
    for (let n = 1; running; n++) {
      const slug = `load-${n}`;
      try {
        await database.transaction(writer, async (sql) => {
          await sql`INSERT INTO public.organisation (slug, name) SELECT ${slug}, repeat('x', 2000)`;
          await sql`UPDATE telemetry.head SET position = position + 1`;
        });
        committed.push(slug);
      } catch {
        refused += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  })();
  for (let round = 1; round <= 3; round++) {
    const enough = committed.length + 100;
    while (committed.length < enough) await new Promise((resolve) => setImmediate(resolve));
    await embedded.kill();
    embedded = await start(place.dataDir);
    expect(embedded.outcome.type).toBe('ready');
  }
  running = false;
  await load;
  const stored = await database.transaction(
    writer,
    (sql) => sql<{ slug: string }>`SELECT slug FROM public.organisation`,
  );
  const slugs = new Set(stored.map((row) => row.slug));
  expect(committed.filter((slug) => !slugs.has(slug))).toEqual([]);
  expect(committed.length).toBeGreaterThanOrEqual(300);
  expect(refused).toBeGreaterThan(0);
}, 240_000);

test('a client that is killed in the middle of a transaction leaves neither rows nor a wedge', async () => {
  const { socketDir } = await startMigrated();
  const database = await open(socketDir);
  const client = fork('tests/support/half-transaction-child.ts', [socketDir], {
    execArgv: ['--import', 'tsx'],
  });
  await once(client, 'message');
  const waiting = database.transaction(writer, (sql) => sql`SELECT slug FROM public.organisation`);
  client.kill('SIGKILL');
  expect(await waiting).toEqual([]);
});

test('a client that dies between the messages of one statement holds nobody up', async () => {
  const { socketDir } = await startMigrated();
  const database = await open(socketDir);
  const client = connect(socketFile(socketDir));
  await begin(client);
  for (const statement of ['SELECT 1', 'no such statement']) {
    client.write(message('P', `\0${statement}\0\0\0`));
    await once(client, 'data');
    client.write(message('H', ''));
  }
  const waiting = ask(database);
  client.destroy();
  expect(await waiting).toEqual([{ n: 1 }]);
});

test('a statement of one client does not come between the messages of another client’s statement', async () => {
  const { socketDir } = await startMigrated();
  const [client, other] = [connect(socketFile(socketDir)), connect(socketFile(socketDir))];
  cleanUps.push(() => client.destroy());
  cleanUps.push(() => other.destroy());
  await begin(client);
  await begin(other);
  client.write(Buffer.concat([message('P', "\0SELECT 'mine'\0\0\0"), message('H', '')]));
  await once(client, 'data');
  other.write(message('Q', "SELECT 'other'\0"));
  const others = answerUntilReady(other);
  // Once this is answered, the other's statement has arrived too.
  client.write(Buffer.concat([message('D', 'S\0'), message('H', '')]));
  await once(client, 'data');
  client.write(
    Buffer.concat([message('B', '\0\0\0\0\0\0\0\0'), message('E', '\0\0\0\0\0'), message('S', '')]),
  );
  expect(await answerUntilReady(client)).toContain('mine');
  expect(await others).toContain('other');
});

/** A frontend message of PostgreSQL's protocol. */
function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + Buffer.byteLength(body, 'latin1'));
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body, 'latin1')]);
}

/** Sends the startup message and waits until the server is ready for a query. */
async function begin(client: Socket): Promise<void> {
  const startup = message('', '\0\x03\0\0user\0postgres\0database\0postgres\0\0');
  client.write(startup);
  await answerUntilReady(client);
}

/** Reads to the server's "ready for query", outside of a transaction. */
async function answerUntilReady(client: Socket): Promise<string> {
  let answer = '';
  while (!answer.endsWith('Z\0\0\0\x05I'))
    answer += ((await once(client, 'data'))[0] as Buffer).toString('latin1');
  return answer;
}
