import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';

export interface TestBroker {
  kind: 'aedes' | 'mosquitto';
  port: number;
  url: string;
  /** Ends it at once, as a crash would; sessions are lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A broker that is not ours: Mosquitto with its untouched defaults when SENTIA_TEST_BROKER=mosquitto, else aedes
 * (MQTT 3.1.1 only) in this process.
 */
export async function startTestBroker(): Promise<TestBroker> {
  const port = await freePort();
  return process.env['SENTIA_TEST_BROKER'] === 'mosquitto' ? startMosquitto(port) : startAedes(port);
}

/** A free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return address.port;
}

async function startMosquitto(port: number): Promise<TestBroker> {
  let child: ChildProcess | null = null;
  const start = async () => {
    const started = spawn('mosquitto', ['-p', String(port)], { stdio: 'ignore' });
    child = started;
    const failed = new Promise<never>((_, reject) => {
      started.once('error', reject);
      started.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}`)));
    });
    failed.catch(() => undefined);
    await Promise.race([untilListening(port), failed]);
  };
  const kill = async () => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await exited;
  };
  await start();
  return { kind: 'mosquitto', port, url: `mqtt://127.0.0.1:${port}`, start, kill, stop: kill };
}

async function startAedes(port: number): Promise<TestBroker> {
  let running: { broker: Aedes; server: Server; sockets: Set<Socket> } | null = null;
  const start = async () => {
    const broker = await Aedes.createBroker();
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      broker.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    running = { broker, server, sockets };
  };
  const kill = async () => {
    if (running === null) return;
    const { broker, server, sockets } = running;
    running = null;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => broker.close(resolve));
  };
  await start();
  return { kind: 'aedes', port, url: `mqtt://127.0.0.1:${port}`, start, kill, stop: kill };
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const listening = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (listening) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
