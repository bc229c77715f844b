import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** What a running Sentia tells the other commands of the same user: it is readable by nobody else. */
const runningSchema = z.object({
  pid: z.number().int(),
  url: z.string(),
  mqttPort: z.number().int().nullable(),
  brokerPasswords: z.record(z.string(), z.string()),
});
export type Running = z.infer<typeof runningSchema>;

const fileOf = (dataDir: string) => path.join(dataDir, 'running.json');

export function writeRunning(dataDir: string, running: Running): void {
  rmSync(`${fileOf(dataDir)}.new`, { force: true });
  writeFileSync(`${fileOf(dataDir)}.new`, JSON.stringify(running), { mode: 0o600 });
  renameSync(`${fileOf(dataDir)}.new`, fileOf(dataDir));
}

export function removeRunning(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}

/** @returns null when no Sentia runs on this data directory; what a killed one left behind does not count */
export function readRunning(dataDir: string): Running | null {
  if (!existsSync(fileOf(dataDir))) return null;
  const running = runningSchema.safeParse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8')));
  return running.success && isAlive(running.data.pid) ? running.data : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives but is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
