import { randomUUID } from 'node:crypto';
import { fork } from 'node:child_process';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quietLog } from '../../tests/support/start-pipeline.ts';
import { openSpool } from './open-spool.ts';
import { SpoolFull, type Spool, type SpooledBatch } from './spool.ts';

const MB = 1024 * 1024;
const AT_MS = Date.UTC(2026, 10, 20);

let directory: string;
let opened: Spool[];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sentia-spool-'));
  opened = [];
});

afterEach(async () => {
  for (const spool of opened) await spool.close();
  await rm(directory, { recursive: true, force: true });
});

async function start(maxBytes = 64 * MB): Promise<Spool> {
  const spool = await openSpool({ directory, maxBytes, log: quietLog });
  opened.push(spool);
  return spool;
}

async function startAgain(spool: Spool): Promise<Spool> {
  await spool.close();
  return start();
}

/** A batch of messages with one reading each, whose values are these. */
function batchOf(values: readonly number[], over: Partial<SpooledBatch> = {}): SpooledBatch {
  const parts = values.map((value, i) => ({
    message: {
      ...{ feed: 'test', topic: 'plants/a/b/c/d/e', receivedAtMs: AT_MS + i, organisation: null, size: 1 },
      ...{ payload: Buffer.from(String(value)), payloadKept: false },
      ...{ sha256: null, site: null, replay: null, retained: false },
    },
    readings: [
      {
        ...{ path: 'a/b/c/d/e', kind: 'number' as const, value, unit: null },
        ...{ quality: 'good' as const, atMicros: value },
      },
    ],
    ...{ orders: [], refusals: [], messages: 1 as const, counted: 1, count: 1, bytes: 100 },
  }));
  return { batchId: randomUUID(), uncertain: false, parts, ...over };
}

async function valuesOf(spool: Spool, maxReadings = 1000) {
  const group = await spool.next(maxReadings);
  return group?.parts.flatMap(({ readings }) => readings.map(({ value }) => value)) ?? null;
}

test('what was appended comes back as it was, in order, after a restart too', async () => {
  const spool = await start();
  const batch = batchOf([1, -0, 3.5]);
  await spool.append(batch);
  await spool.append(batchOf([4]));
  expect(spool.status()).toMatchObject({ readings: 4, messages: 4, batches: 2, oldestAtMs: AT_MS });
  const again = await startAgain(spool);
  expect(again.status()).toMatchObject({ readings: 4, messages: 4, batches: 2, oldestAtMs: AT_MS });
  const group = await again.next(1000);
  expect(group?.batchId).toBe(batch.batchId);
  expect(group?.parts.slice(0, 3)).toEqual(batch.parts);
  expect(Object.is(group?.parts[1]?.readings[0]?.value, -0)).toBe(true);
  expect(await valuesOf(again)).toEqual([1, -0, 3.5, 4]);
});

test('a group stays the same until it is removed, however many batches come, and after a restart', async () => {
  const spool = await start();
  await spool.append(batchOf([1]));
  await spool.append(batchOf([2]));
  const group = await spool.next(1000);
  expect(group?.uncertain).toBe(false);
  await spool.append(batchOf([3]));
  expect(await valuesOf(spool)).toEqual([1, 2]);
  const again = await startAgain(spool);
  const same = await again.next(1000);
  expect(same).toMatchObject({ batchId: group?.batchId, uncertain: true, lastSequence: group?.lastSequence });
  expect(await valuesOf(again)).toEqual([1, 2]);
  if (same === null) throw new Error('there was a group');
  await again.remove(same);
  expect(again.status()).toMatchObject({ readings: 1, batches: 1 });
  expect(await again.next(1000)).toMatchObject({ uncertain: false });
  expect(await valuesOf(again)).toEqual([3]);
  const empty = await again.next(1000);
  if (empty !== null) await again.remove(empty);
  expect(again.status()).toMatchObject({ readings: 0, batches: 0, bytes: 0, oldestAtMs: null });
  expect(await again.next(1000)).toBeNull();
});

test('a group holds no more readings than asked for, but at least one batch', async () => {
  const spool = await start();
  await spool.append(batchOf([1, 2, 3]));
  await spool.append(batchOf([4]));
  expect(await valuesOf(spool, 2)).toEqual([1, 2, 3]);
});

test('a batch whose transaction may have committed is a group of its own, under its own id', async () => {
  const spool = await start();
  await spool.append(batchOf([1]));
  const uncertain = batchOf([2], { uncertain: true });
  await spool.append(uncertain);
  await spool.append(batchOf([3]));
  const groups = [];
  for (let group = await spool.next(1000); group !== null; group = await spool.next(1000)) {
    groups.push([group.parts.length, group.uncertain, group.batchId === uncertain.batchId]);
    await spool.remove(group);
  }
  expect(groups).toEqual([
    [1, false, false],
    [1, true, true],
    [1, false, false],
  ]);
});

test('beyond its bound it refuses, and takes again once something was removed', async () => {
  const spool = await start(20_000);
  const large = batchOf(Array.from({ length: 40 }, (_, i) => i));
  let taken = 0;
  const fill = async () => {
    for (;;) {
      await spool.append(large);
      taken++;
    }
  };
  await expect(fill()).rejects.toThrow(SpoolFull);
  expect(taken).toBeGreaterThan(0);
  expect(spool.status().bytes).toBeLessThanOrEqual(20_000);
  expect(spool.status().problem).toBeNull();
  const group = await spool.next(40);
  if (group === null) throw new Error('there was a group');
  await spool.remove(group);
  await spool.append(large);
});

test('batches that are appended at once stand there once each', async () => {
  const spool = await start();
  await Promise.all(Array.from({ length: 50 }, (_, i) => spool.append(batchOf([i]))));
  const again = await startAgain(spool);
  expect(await valuesOf(again)).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

/** The log that LevelDB writes to, the newest. */
async function logFile(): Promise<string> {
  const logs = (await readdir(directory)).filter((name) => name.endsWith('.log')).sort();
  return path.join(directory, logs.at(-1) ?? '');
}

test('a write that was torn off at its end loses none of those before', async () => {
  const spool = await start();
  for (let i = 0; i < 5; i++) await spool.append(batchOf([i]));
  const written = await stat(await logFile());
  await spool.append(batchOf([99]));
  await spool.close();
  const file = await open(await logFile(), 'r+');
  const { size } = await file.stat();
  expect(size).toBeGreaterThan(written.size);
  await file.truncate(size - 20);
  await file.close();
  const again = await start();
  expect(await valuesOf(again)).toEqual([0, 1, 2, 3, 4]);
  await again.append(batchOf([5]));
  expect(again.status().readings).toBe(6);
});

test('what the disk has spoilt is counted and told, and costs no more than what stands beside it', async () => {
  const spool = await start();
  for (let i = 0; i < 400; i++) await spool.append(batchOf([i]));
  await spool.close();
  const file = await open(await logFile(), 'r+');
  const { size } = await file.stat();
  await file.write(Buffer.from('spoilt'), 0, 6, Math.floor(size / 2));
  await file.close();
  const again = await start();
  const { readings, damaged } = again.status();
  expect(damaged).toBeGreaterThan(0);
  expect(readings + damaged).toBe(400);
  expect((await valuesOf(again))?.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  await again.append(batchOf([400]));
  expect((await startAgain(again)).status()).toMatchObject({ readings: readings + 1, damaged });
});

test('a process that is killed while it appends loses nothing that it was told was on disk', async () => {
  let told = 0;
  for (let round = 0; round < 3; round++) {
    const child = fork(path.join(import.meta.dirname, '../../tests/support/append-child.ts'), [directory], {
      execArgv: ['--import', 'tsx'],
    });
    const enough = told + 50;
    await new Promise<void>((resolve, reject) => {
      child.on('message', (count) => {
        told = Number(count);
        if (told >= enough) child.kill('SIGKILL');
      });
      child.on('error', reject);
      child.on('exit', () => resolve());
    });
  }
  const spool = await start();
  const { readings, damaged } = spool.status();
  expect(damaged).toBe(0);
  expect(readings).toBeGreaterThanOrEqual(told);
  // At most the one that was under way when it was killed was not told.
  expect(readings).toBeLessThanOrEqual(told + 3);
  const values = [];
  for (let group = await spool.next(1000); group !== null; group = await spool.next(1000)) {
    values.push(...group.parts.flatMap((part) => part.readings.map(({ value }) => value)));
    await spool.remove(group);
  }
  expect(values).toEqual(Array.from({ length: readings }, (_, i) => i));
});
