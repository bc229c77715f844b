import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { createLeases } from './leases.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const TTL_MS = 60_000;
const writer = { role: 'sentia_writer' } as const;
const leasesOf = (holder: string) => createLeases({ database: db.database, asker: writer, holder });
const expire = (name: string) =>
  db.ownerSql`UPDATE telemetry.lease SET expires_at = now() - interval '1 second' WHERE name = ${name}`;

test('of two that want a name one gets it, and the other once it is given back', async () => {
  const [one, two] = [leasesOf('one'), leasesOf('two')];
  const taken = await Promise.all([one.acquire('given', TTL_MS), two.acquire('given', TTL_MS)]);
  const held = taken.find((lease) => lease !== null);
  expect(taken.filter((lease) => lease !== null)).toEqual([{ name: 'given', epoch: 1 }]);
  const [holder, other] = taken[0] === null ? [two, one] : [one, two];
  await holder.release(held!);
  expect(await other.acquire('given', TTL_MS)).toEqual({ name: 'given', epoch: 2 });
});

test('a lease that expired is taken over under the next epoch, and its holder cannot renew it', async () => {
  const [one, two] = [leasesOf('one'), leasesOf('two')];
  const early = await one.acquire('expired', TTL_MS);
  expect(await one.renew(early!, TTL_MS)).toBe(true);
  expect(await two.acquire('expired', TTL_MS)).toBeNull();
  await expire('expired');
  expect(await two.acquire('expired', TTL_MS)).toEqual({ name: 'expired', epoch: 2 });
  expect(await one.renew(early!, TTL_MS)).toBe(false);
  await one.release(early!);
  expect(await one.acquire('expired', TTL_MS)).toBeNull();
});

test('a lease that expired while nobody wanted it goes on under its epoch', async () => {
  const one = leasesOf('one');
  const lease = await one.acquire('unwanted', TTL_MS);
  await expire('unwanted');
  await db.database.transaction(writer, (sql) => one.checkEpoch(sql, lease!));
  expect(await one.renew(lease!, TTL_MS)).toBe(true);
});

test('a late writer with the old epoch throws and stores nothing', async () => {
  const [one, two] = [leasesOf('one'), leasesOf('two')];
  const early = await one.acquire('late', TTL_MS);
  await expire('late');
  await two.acquire('late', TTL_MS);
  const write = db.database.transaction(writer, async (sql) => {
    await sql`UPDATE telemetry.head SET position = position + 1000000`;
    await one.checkEpoch(sql, early!);
  });
  await expect(write).rejects.toThrow('the lease "late" of epoch 1 was taken over');
  const [head] = await db.ownerSql`SELECT position FROM telemetry.head`;
  expect(head!['position']).toBeLessThan(1_000_000);
});

test('the next start of a holder takes its lease over at once, and shuts its earlier start out', async () => {
  const [killed, restarted] = [leasesOf('same'), leasesOf('same')];
  const early = await killed.acquire('restart', TTL_MS);
  expect(await restarted.acquire('restart', TTL_MS)).toEqual({ name: 'restart', epoch: 2 });
  const late = db.database.transaction(writer, (sql) => killed.checkEpoch(sql, early!));
  await expect(late).rejects.toThrow('was taken over');
});

test('the server holds leases as the role that people ask with, which sees nothing of the table', async () => {
  const asker = { role: 'sentia_app', organisationIds: [] } as const;
  const server = createLeases({ database: db.database, asker, holder: 'server' });
  const lease = await server.acquire('alarms', TTL_MS);
  await db.database.transaction(asker, (sql) => server.checkEpoch(sql, lease!));
  const look = db.database.transaction(asker, (sql) => sql`SELECT * FROM telemetry.lease`);
  await expect(look).rejects.toThrow('permission denied');
});
