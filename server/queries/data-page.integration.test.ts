import { afterAll, beforeAll, expect, test } from 'vitest';
import { putSignal } from '../../tests/support/equipment.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { decodeCursor } from './cursor.ts';
import { ledgerTotal } from './ledger-total.ts';
import { listDeadLetters } from './list-dead-letters.ts';

let db: TestDatabase;
let plant: number;
let other: number;
beforeAll(async () => {
  db = await createTestDatabase();
  plant = (await putSignal(db.ownerSql, 'plant:site/area/line/machine/signal')).organisationId;
  other = (await putSignal(db.ownerSql, 'other:elsewhere/area/line/machine/signal')).organisationId;
});
afterAll(() => db.close());

async function putDeadLetter(organisationId: number | null, topic: string, payload: Uint8Array) {
  await db.ownerSql`
    INSERT INTO telemetry.dead_letter (organisation_id, feed, writer, topic, reason, detail, received_at, size, payload)
    VALUES (${organisationId}::int, 'mqtt', 'w1', ${topic}, 'bad_number', 'NaN is no number', '2026-01-31 06:00Z',
      ${payload.length}::int, ${Buffer.from(payload)})`;
}

const bytes = (text: string) => new TextEncoder().encode(text);

test('dead letters are those of the asking organisations and of nobody, newest first, page by page', async () => {
  for (let i = 0; i < 7; i++) {
    await putDeadLetter([plant, other, null][i % 3] ?? null, `plants/${i}`, bytes(`payload ${i}`));
  }
  const first = await listDeadLetters(db.database, [plant], { below: null, limit: 3 });
  expect(first.items.map((item) => item.topic)).toEqual(['plants/6', 'plants/5', 'plants/3']);
  expect(first.items[0]).toMatchObject({
    receivedAt: Date.UTC(2026, 0, 31, 6),
    reason: 'bad_number',
    detail: 'NaN is no number',
    size: 9,
    preview: 'payload 6',
    feed: 'mqtt',
  });
  const below = decodeCursor('dead-letters', first.next ?? '');
  const second = await listDeadLetters(db.database, [plant], { below, limit: 3 });
  expect(second.items.map((item) => item.topic)).toEqual(['plants/2', 'plants/0']);
  expect(second.next).toBeNull();
  const both = await listDeadLetters(db.database, [plant, other], { below: null, limit: 100 });
  expect(both.items.map((item) => item.topic)).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `plants/${i}`));
});

test('who belongs to no organisation sees no dead letters', async () => {
  expect(await listDeadLetters(db.database, [], { below: null, limit: 10 })).toEqual({
    items: [],
    next: null,
  });
});

test('a preview is the beginning of the payload as text, whatever its bytes are', async () => {
  const preview = async () =>
    (await listDeadLetters(db.database, [plant], { below: null, limit: 1 })).items[0]?.preview;
  await putDeadLetter(plant, 'binary', Uint8Array.of(0x41, 0xff, 0x42));
  expect(await preview()).toBe('A\ufffdB');
  await putDeadLetter(plant, 'long', bytes('ü'.repeat(30_000)));
  expect(await preview()).toBe('ü'.repeat(2000));
  await putDeadLetter(plant, 'pairs', bytes(`x${'🏭'.repeat(30_000)}`));
  expect(await preview()).toBe(`x${'🏭'.repeat(999)}`);
  await putDeadLetter(plant, 'empty', new Uint8Array());
  expect(await preview()).toBe('');
});

test('the ledger adds up over its batches and the hours they were folded into; empty, it is zero', async () => {
  const nothing = { messages: 0, received: 0, stored: 0, duplicate: 0, conflict: 0, deadLettered: 0 };
  expect(await ledgerTotal(db.database)).toEqual(nothing);
  await db.ownerSql`
    INSERT INTO telemetry.ingest_batch (position, batch_id, writer, lane, messages, received, stored, duplicate, conflict, dead_lettered)
    VALUES (1, gen_random_uuid(), 'w1', 'live', 2, 10, 6, 1, 1, 2), (2, gen_random_uuid(), 'w2', 'late', 1, 5, 5, 0, 0, 0)`;
  await db.ownerSql`
    INSERT INTO telemetry.ledger_hour (hour, writer, lane, batches, messages, received, stored, duplicate, conflict, dead_lettered)
    VALUES ('2026-01-31 06:00Z', 'w1', 'live', 9, 100, 1000, 900, 50, 30, 20)`;
  expect(await ledgerTotal(db.database)).toEqual({
    messages: 103,
    received: 1015,
    stored: 911,
    duplicate: 51,
    conflict: 31,
    deadLettered: 22,
  });
});
