import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { DatabaseProblem } from '../database-problem.ts';

/**
 * Keeps a second process out of a directory. PGlite itself takes no lock, and two of them destroy the data (TRAPS T10).
 * It must never rob a living holder, however busy: only a process that is proven dead loses its lock, so there is no
 * heartbeat.
 */
export type HoldResult = { ok: true; release: () => void } | { ok: false; pid: number; detail: string };

/** A PID alone may be another process' by now; with its start time and the boot it names one process for good. */
const holderSchema = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string().nullable(),
  bootId: z.string().nullable(),
  host: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

const ATTEMPTS = 20;

/** Takes `<directory>/<name>.lock` for this process. @returns who holds it when it is not free. */
export function holdDataDirectory(directory: string, name: string): HoldResult {
  const file = join(directory, `${name}.lock`);
  const mine = JSON.stringify(describeProcess(process.pid));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (createExclusively(file, mine)) return { ok: true, release: () => releaseIfMine(file, mine) };
    const holder = readHolder(file);
    if (holder !== null && isAlive(holder)) {
      return { ok: false, pid: holder.pid, detail: detailOf(holder, file) };
    }
    takeOver(file);
  }
  throw new DatabaseProblem(`The lock ${file} changes hands again and again. Start one Sentia at a time.`);
}

/** @throws DatabaseProblem, one line that names the PID, when another running Sentia holds the data directory. */
export function lockDataDirectory(dataDir: string): { release: () => void } {
  const held = holdDataDirectory(dataDir, 'sentia');
  if (!held.ok) {
    throw new DatabaseProblem(
      `The data directory ${dataDir} is held by another running Sentia, ${held.detail}. Stop it first, or choose another directory with SENTIA_DATA_DIR.`,
    );
  }
  return held;
}

function detailOf(holder: Holder, file: string): string {
  if (holder.host === hostname()) return `PID ${holder.pid}`;
  return `PID ${holder.pid} on host "${holder.host}" (if that one is gone for good, delete ${file})`;
}

/** The file of a dead holder goes; whoever does so holds `<file>.takeover`, so that a fresh lock is never removed. */
function takeOver(file: string): void {
  const guard = `${file}.takeover`;
  if (!createExclusively(guard, JSON.stringify(describeProcess(process.pid)))) {
    const other = readHolder(guard);
    if (other === null || !isAlive(other)) rmSync(guard, { force: true });
    return;
  }
  try {
    // Absent means that its holder has just left: what comes next is somebody's fresh lock.
    if (readText(file) === null) return;
    const holder = readHolder(file);
    if (holder === null || !isAlive(holder)) rmSync(file, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function releaseIfMine(file: string, mine: string): void {
  if (readText(file) === mine) rmSync(file, { force: true });
}

/** Written whole beside it first: nobody ever reads half a lock. */
function createExclusively(file: string, content: string): boolean {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content, { mode: 0o600 });
  try {
    linkSync(unfinished, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function readHolder(file: string): Holder | null {
  const text = readText(file);
  if (text === null) return null;
  try {
    const parsed = holderSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    // A disk that was full, or a person's edit: no holder can be made out.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isAlive(holder: Holder): boolean {
  const bootId = readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
  // Another container on this kernel: its PIDs are not ours, so it cannot be proven dead.
  if (holder.bootId !== null && holder.host !== hostname()) return true;
  if (holder.bootId !== bootId) return false;
  if (!exists(holder.pid)) return false;
  return holder.startedAt === null || describeProcess(holder.pid).startedAt === holder.startedAt;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is another user's.
    return !hasCode(error, 'ESRCH');
  }
}

function describeProcess(pid: number): Holder {
  // Field 22 of /proc/<pid>/stat, counted after the name in parentheses, which may hold anything.
  const stat = readText(`/proc/${pid}/stat`);
  const startedAt = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  const bootId = readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
  return { pid, startedAt, bootId, host: hostname() };
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
