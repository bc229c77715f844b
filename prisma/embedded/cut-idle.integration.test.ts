import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../tests/support/fake-clock.ts';
import { openOwnerSql } from '../../tests/support/test-database.ts';
import { serveSession } from './serve-session.ts';

let pglite: PGlite;
let server: { stop(): Promise<void> };
let socketDir: string;
let clock: FakeClock;
let cuts = 0;

beforeAll(async () => {
  socketDir = await mkdtemp(join(tmpdir(), 'sentia-test-'));
  pglite = await PGlite.create();
  clock = createFakeClock();
  server = await serveSession(pglite, socketDir, () => undefined, { clock, onCut: () => cuts++ });
  await pglite.exec('CREATE TABLE fact (n int)');
});
afterAll(async () => {
  await server.stop();
  await pglite.close();
  await rm(socketDir, { recursive: true });
});

const open = () => openOwnerSql({ kind: 'socket', socketDir });

test('a client that hangs inside a transaction for five seconds is cut, its work rolled back, and others go on', async () => {
  const [hanging, other] = [open(), open()];
  let written = () => {};
  const inside = new Promise<void>((resolve) => (written = resolve));
  const transaction = hanging.begin(async (sql) => {
    await sql`INSERT INTO fact VALUES (1)`;
    written();
    await new Promise(() => undefined);
  });
  const ended = transaction.then(() => 'committed').catch((error: unknown) => String(error));
  await inside;
  const waiting = other`SELECT n FROM fact`;
  let answered = false;
  void waiting.then(() => (answered = true));
  clock.advance(4_999);
  await new Promise((resolve) => setImmediate(resolve));
  expect([cuts, answered]).toEqual([0, false]);
  clock.advance(1);
  expect([...(await waiting)]).toEqual([]);
  expect(cuts).toBe(1);
  expect(await ended).toContain('CONNECTION_CLOSED');
  await Promise.all([hanging.end({ timeout: 0 }), other.end()]);
});

test('a client that is busy, or idle outside of a transaction, is left alone', async () => {
  const client = open();
  await client`SELECT 1`;
  clock.advance(60_000);
  await client.begin(async (sql) => {
    for (let i = 0; i < 4; i++) {
      await sql`INSERT INTO fact VALUES (${i})`;
      clock.advance(4_000);
    }
  });
  clock.advance(60_000);
  expect([...(await client`SELECT count(*)::int AS n FROM fact`)]).toEqual([{ n: 4 }]);
  expect(cuts).toBe(1);
  await client.end();
});
