import { fork, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface BellBroker {
  child: ChildProcess;
  port: number;
  kill(): Promise<void>;
}

/**
 * A broker in a process of its own that tells once a second what a working writer tells: a process that tests may stop
 * and kill as a plant's broker and telemetry may be.
 */
export async function startBellBroker(port?: number): Promise<BellBroker> {
  const chosen = port ?? (await freePort());
  const child = fork(fileURLToPath(new URL('./bell-broker-child.ts', import.meta.url)), [String(chosen)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the broker ended with ${code} before it listened`)));
  });
  return {
    child,
    port: chosen,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
