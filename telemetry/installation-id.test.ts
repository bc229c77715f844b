import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInstallationId } from './installation-id.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sentia-id-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('an installation keeps its id, and two that ask at once get the same', async () => {
  const dataDir = join(folder, 'data');
  const [first, second] = await Promise.all([readInstallationId(dataDir), readInstallationId(dataDir)]);
  expect(first).toMatch(/^[0-9a-f]{12}$/);
  expect(second).toBe(first);
  expect(await readInstallationId(dataDir)).toBe(first);
});

test('a damaged id is an error that says what to do', async () => {
  await writeFile(join(folder, 'installation-id'), 'x');
  await expect(readInstallationId(folder)).rejects.toThrow(/Remove it/);
});
