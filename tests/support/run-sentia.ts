import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface RunningSentia {
  /** What `start --json` printed. */
  url: string;
  mqttUrl: string;
  dataDir: string;
  process: ChildProcess;
  /** Everything it wrote to stderr so far. */
  said: () => string;
  /** Ctrl-C; resolves with the exit code. */
  stop: () => Promise<number | null>;
}

/** A data directory for one test; `remove` deletes it. */
export function temporaryDataDir(): { dataDir: string; remove: () => void } {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sentia-data-'));
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

/** Runs a command of Sentia to its end, as a user would, with nothing in its environment but these settings. */
export async function sentia(args: readonly string[], env: Record<string, string>) {
  const child = spawnSentia(args, env);
  const output = collect(child);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...output() };
}

/** Starts Sentia on free ports and waits until it says that it runs. @throws with what it said when it ends instead */
export async function startSentia(env: Record<string, string>): Promise<RunningSentia> {
  const ports = env['MQTT_URL'] === undefined ? { PORT: '0', SENTIA_MQTT_PORT: '0' } : { PORT: '0' };
  const child = spawnSentia(['start', '--json'], { ...ports, ...env });
  const output = collect(child);
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const summary = await new Promise<{ url: string; mqttUrl: string; dataDir: string }>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const { stdout } = output();
      if (stdout.includes('\n')) resolve(JSON.parse(stdout));
    });
    void closed.then((code) => reject(new Error(`Sentia ended with code ${code}:\n${output().stderr}`)));
  });
  return {
    ...summary,
    process: child,
    said: () => output().stderr,
    stop: () => {
      child.kill('SIGINT');
      return closed;
    },
  };
}

function spawnSentia(args: readonly string[], env: Record<string, string>): ChildProcess {
  const inherited = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    TZ: process.env['TZ'] ?? 'UTC',
  };
  return spawn(process.execPath, [path.join(ROOT, 'cli/sentia.mjs'), ...args], {
    cwd: ROOT,
    env: { NODE_ENV: 'production', ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return () => ({ stdout, stderr });
}
