import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { nodeVersionMistake } from '../launch/node-version.mjs';
import { broken, ok, warning, type Finding } from './finding.ts';

const MB = 1024 * 1024;
const LITTLE_SPACE_MB = 2_048;
const NO_SPACE_MB = 256;
/** No clock that is right shows an earlier year than Sentia's own. */
const SENTIA_MADE_AT = Date.UTC(2026, 0, 1);

export function checkNode(version: string): Finding {
  const mistake = nodeVersionMistake(version);
  return mistake === null ? ok('node', `Node.js ${version}`) : broken('node', `Node.js ${version}`, mistake);
}

export function checkClock(nowMs: number): Finding {
  const shown = new Date(nowMs).toISOString();
  return nowMs >= SENTIA_MADE_AT
    ? ok('clock', `${shown} UTC`)
    : broken(
        'clock',
        `${shown} UTC cannot be right`,
        'Set the clock, or let NTP do so: readings without a time get this one.',
      );
}

/** @param holderPid the live process that holds it, null when none does */
export function checkDataDirectory(dataDir: string, holderPid: number | null): Finding {
  const part = 'data directory';
  const there = existing(dataDir);
  if (!statSync(there).isDirectory()) {
    return broken(part, `${there} is a file`, 'Name a folder with SENTIA_DATA_DIR.');
  }
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch {
    return broken(
      part,
      `${there} cannot be written`,
      'Give this user the right to write there, or name another folder with SENTIA_DATA_DIR.',
    );
  }
  if (there !== dataDir) return ok(part, `${dataDir} will be made at the first start`);
  return ok(
    part,
    holderPid === null ? `${dataDir}, held by nobody` : `${dataDir}, held by process ${holderPid}`,
  );
}

export async function checkDisk(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(existing(dataDir));
  const freeMb = Math.floor((bavail * bsize) / MB);
  const detail = `${freeMb >= 10_240 ? `${Math.floor(freeMb / 1024)} GB` : `${freeMb} MB`} free for the data directory`;
  const advice = 'Make room, or move SENTIA_DATA_DIR to a larger disk: a full disk ends ingest.';
  if (freeMb < NO_SPACE_MB) return broken('disk', detail, advice);
  return freeMb < LITTLE_SPACE_MB ? warning('disk', detail, advice) : ok('disk', detail);
}

/** The folder itself, else the nearest one above it that exists. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(path.dirname(folder));
}
