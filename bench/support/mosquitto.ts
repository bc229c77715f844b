import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { choosePort } from '../../cli/supervisor/free-port.ts';

export interface RunningBroker {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** Nothing is queued away or held back, for either side (TRAPS T38): the subscriber alone sets the pace. */
const UNLIMITED = `
allow_anonymous true
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 0
set_tcp_nodelay true
`;

export function findMosquitto(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => path.join(folder, 'mosquitto')).find((file) => existsSync(file)) ?? null;
}

export async function startMosquitto(program: string): Promise<RunningBroker> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sentia-bench-broker-'));
  const port = await choosePort(0, '127.0.0.1');
  const config = path.join(folder, 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\n${UNLIMITED}`);
  const child = spawn(program, ['-c', config], { stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilListening(port);
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill();
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.end());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}
