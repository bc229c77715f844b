import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdDataDirectory, lockDataDirectory } from './data-directory-lock.ts';

let directory: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sentia-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

const lockFile = () => join(directory, 'test.lock');
const hold = () => holdDataDirectory(directory, 'test');

/** What a process like this one writes into its lock. */
function ownHolder(): { pid: number; startedAt: string | null; bootId: string | null; host: string } {
  const held = hold();
  if (!held.ok) throw new Error('the lock of a new directory is free');
  const text = readFileSync(lockFile(), 'utf8');
  held.release();
  return JSON.parse(text) as ReturnType<typeof ownHolder>;
}

function startHolder(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tests/support/hold-lock-child.ts', directory]);
  children.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve({ child, said: data.toString().trim() }));
    child.once('error', reject);
  });
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

test('a directory is held by one at a time, and free again after the release', () => {
  const first = hold();
  expect(first.ok).toBe(true);
  expect(hold()).toMatchObject({ ok: false, pid: process.pid });
  if (first.ok) first.release();
  expect(hold().ok).toBe(true);
});

test('a second Sentia is told which process holds its data directory', () => {
  const lock = lockDataDirectory(directory);
  expect(() => lockDataDirectory(directory)).toThrow(
    `The data directory ${directory} is held by another running Sentia, PID ${process.pid}. Stop it first, or choose another directory with SENTIA_DATA_DIR.`,
  );
  lock.release();
});

test('a living process keeps its lock while its event loop is blocked, a killed one loses it', async () => {
  const { child, said } = await startHolder();
  expect(said).toBe('held');
  child.kill('SIGSTOP');
  expect(hold()).toMatchObject({ ok: false, pid: child.pid });
  await killed(child);
  expect(hold().ok).toBe(true);
});

test('of several processes that find a dead lock at once, one gets it', async () => {
  const { child } = await startHolder();
  await killed(child);
  const said = await Promise.all(Array.from({ length: 4 }, async () => (await startHolder()).said));
  expect(said.filter((line) => line === 'held')).toHaveLength(1);
});

test('a process that has only the PID of a dead holder does not count as it', () => {
  writeFileSync(lockFile(), JSON.stringify({ ...ownHolder(), startedAt: '1' }));
  expect(hold().ok).toBe(process.platform === 'linux');
});

test('a lock from before the machine was started again is taken over', () => {
  writeFileSync(lockFile(), JSON.stringify({ ...ownHolder(), bootId: 'an earlier boot' }));
  expect(hold().ok).toBe(true);
});

test.runIf(process.platform === 'linux')(
  'a holder in another container cannot be proven dead and is not robbed',
  () => {
    writeFileSync(lockFile(), JSON.stringify({ ...ownHolder(), host: 'another', pid: 999_999 }));
    const held = hold();
    expect(held).toMatchObject({ ok: false, pid: 999_999 });
    if (!held.ok) expect(held.detail).toContain(`delete ${lockFile()}`);
  },
);

test('a lock that nobody can read as one is taken over', () => {
  writeFileSync(lockFile(), '{"pid":');
  expect(hold().ok).toBe(true);
});

test('releasing a lock that another took over leaves the other its lock', () => {
  const first = hold();
  writeFileSync(lockFile(), 'of another');
  if (first.ok) first.release();
  expect(readFileSync(lockFile(), 'utf8')).toBe('of another');
});
