import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../cli/launch/root.mjs';

const SCRIPT = path.join(root, 'tests/services/services.sh');

/**
 * Starts PostgreSQL 17 with TimescaleDB and pgvector, and Mosquitto (tests/services/services.sh).
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>} `env` tells the tests where they are
 */
export async function startServices() {
  const state = mkdtempSync(path.join(tmpdir(), 'sentia-services-'));
  const stop = async () => {
    await script(['stop', state]);
    rmSync(state, { recursive: true, force: true });
  };
  try {
    await script(['start', state]);
  } catch (error) {
    await stop();
    throw error;
  }
  const lines = readFileSync(path.join(state, 'environment'), 'utf8').trim().split('\n');
  return {
    stop,
    env: Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
  };
}

/** @param {readonly string[]} args @returns {Promise<void>} */
function script(args) {
  // The servers outlive the script; they must not hold our pipes, nor hear the terminal's Ctrl-C before we stop them.
  const child = spawn('bash', [SCRIPT, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`services.sh ${args[0]} failed`)),
    );
  });
}
