import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

/**
 * A look, without packages and without touching anything, at what prisma/embedded/data-directory-lock.ts and the first
 * write would find: said before a minute is spent on installing. The lock itself is taken later, and decides.
 * @param {string} dataDir
 * @returns {string | null} one line, or null when the directory can be used
 */
export function dataDirectoryMistake(dataDir) {
  const directory = path.resolve(dataDir);
  const there = nearest(directory);
  if (!statSync(there).isDirectory()) {
    return `SENTIA_DATA_DIR is ${directory}, ${there === directory ? 'which' : `but ${there}`} is a file. Name a folder.`;
  }
  if (!isWritable(there)) {
    return `SENTIA_DATA_DIR is ${directory}, but this user may not write to ${there}. Name another folder, or allow it.`;
  }
  const holder = holderOf(path.join(directory, 'sentia.lock'));
  if (holder === null) return null;
  return `The data directory ${directory} is held by another running Sentia, PID ${holder}. Stop it first, or choose another directory with SENTIA_DATA_DIR.`;
}

/**
 * @param {string} dataDir
 * @returns {boolean} whether a Sentia was killed here: its processes may need a moment to notice, and to free the ports
 */
export function wasKilled(dataDir) {
  const file = path.join(path.resolve(dataDir), 'sentia.lock');
  return existsSync(file) && holderOf(file) === null;
}

/**
 * @param {string} file
 * @returns {number | null} the PID of a living process of this machine that holds the lock; anything less sure is left
 * to the lock itself
 */
export function holderOf(file) {
  if (!existsSync(file)) return null;
  try {
    const { pid, startedAt, bootId, host } = JSON.parse(readFileSync(file, 'utf8'));
    const here = host === hostname() && bootId === read('/proc/sys/kernel/random/boot_id');
    if (!here || !Number.isInteger(pid) || !lives(pid)) return null;
    const stat = read(`/proc/${pid}/stat`);
    const since = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    return startedAt === null || since === startedAt ? pid : null;
  } catch {
    // Not readable or not a lock that we know: the lock itself says what is wrong with it.
    return null;
  }
}

/** @param {number} pid */
function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** @param {string} file @returns {string | null} */
function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

/** @param {string} folder @returns {string} the folder itself, else the nearest one above it that exists */
function nearest(folder) {
  return existsSync(folder) ? folder : nearest(path.dirname(folder));
}

/** @param {string} folder */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
