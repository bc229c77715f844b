import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quietLog } from '../../tests/support/start-pipeline.ts';
import { openSpool } from './open-spool.ts';
import type { SpooledBatch } from './spool.ts';

// A small file system of its own, where the machine lets us mount one.
const folder = mkdtempSync(path.join(tmpdir(), 'sentia-disk-'));
const mounted =
  process.getuid?.() === 0 &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]).status === 0;
const filler = path.join(folder, 'filler');

beforeAll(async () => {
  if (mounted) await writeFile(filler, Buffer.alloc(6 * 1024 * 1024));
});

afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** A batch that does not compress. */
function batchOf(value: number): SpooledBatch {
  const message = {
    ...{ feed: 'test', topic: 'plants/a/b/c/d/e', receivedAtMs: value, organisation: null, size: 1 },
    ...{ payload: randomBytes(50_000), payloadKept: false, sha256: null, site: null, replay: null },
    retained: false,
  };
  const reading = {
    ...{ path: 'a/b/c/d/e', kind: 'number' as const, value, unit: null },
    ...{ quality: 'good' as const, atMicros: value },
  };
  const part = {
    ...{ message, readings: [reading], orders: [], refusals: [] },
    ...{ messages: 1 as const, counted: 1, count: 1, bytes: 50_000 },
  };
  return { batchId: randomUUID(), uncertain: false, parts: [part] };
}

test.skipIf(!mounted)(
  'a full disk is told, loses nothing that was taken, and is over when there is room',
  async () => {
    const directory = path.join(folder, 'spool');
    const maxBytes = 64 * 1024 * 1024;
    const spool = await openSpool({ directory, maxBytes, log: quietLog });
    let taken = 0;
    const fill = async () => {
      for (; taken < 200; taken++) await spool.append(batchOf(taken));
    };
    await expect(fill()).rejects.toThrow();
    expect(taken).toBeGreaterThan(5);
    expect(spool.status()).toMatchObject({ readings: taken });
    expect(spool.status().problem).toMatch(/space|IO error/i);
    await rm(filler);
    await spool.append(batchOf(taken));
    expect(spool.status()).toMatchObject({ readings: taken + 1, problem: null });
    await spool.close();

    const again = await openSpool({ directory, maxBytes, log: quietLog });
    const values: unknown[] = [];
    for (let group = await again.next(10); group !== null; group = await again.next(10)) {
      values.push(...group.parts.flatMap(({ readings }) => readings.map(({ value }) => value)));
      await again.remove(group);
    }
    expect(again.status().damaged).toBe(0);
    await again.close();
    expect(values).toEqual(Array.from({ length: taken + 1 }, (_, i) => i));
  },
);
