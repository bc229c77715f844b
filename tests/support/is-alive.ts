import { existsSync, readFileSync } from 'node:fs';

/** @returns whether a process still runs; a zombie, whose end nobody has read yet, does not */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
