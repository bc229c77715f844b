import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Pass } from './pass.ts';
import { createProgressFile } from './progress-file.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sentia-progress-'));
});
afterEach(() => rm(dir, { recursive: true }));

const fail = (error: unknown) => {
  throw error;
};
const pass: Pass = { site: 'porto', density: 'minutes', pace: 'slow', fromS: 0, toS: 100, remainingToS: 40 };

test('what was saved last is loaded, and no half-written file is left', async () => {
  const path = join(dir, 'simulator', 'progress.json');
  const file = createProgressFile(path, 'seed', fail);
  file.save([{ ...pass, remainingToS: 80 }]);
  file.save([{ ...pass, remainingToS: 60 }]);
  file.save([pass]);
  await file.written();
  expect(await createProgressFile(path, 'seed', fail).load()).toEqual([pass]);
  expect(await readdir(join(dir, 'simulator'))).toEqual(['progress.json']);
});

test('no file, another seed and a broken file leave nothing to go on with', async () => {
  const path = join(dir, 'progress.json');
  const file = createProgressFile(path, 'seed', fail);
  expect(await file.load()).toEqual([]);
  file.save([pass]);
  await file.written();
  expect(await createProgressFile(path, 'other', fail).load()).toEqual([]);
  await writeFile(path, '{"version":1,"se');
  expect(await file.load()).toEqual([]);
});
