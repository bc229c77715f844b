import { get } from 'node:http';
import { connect, type Socket } from 'node:net';

/**
 * Many viewers in one process of their own. Most are bare sockets that only count bytes; a few, spread over the order
 * of connecting, read every event and note how old each value is when its bytes arrive.
 */
export interface ConnectOrder {
  type: 'connect';
  port: number;
  path: string;
  clients: number;
}
export interface Connected {
  type: 'connected';
}
export interface MeasureOrder {
  type: 'measure';
  forMs: number;
}
export interface Measured {
  type: 'measured';
  /** Milliseconds from publish to bytes, of every reading that a reading client saw. */
  latencies: number[];
  bytes: number;
  cut: number;
}

const MAX_READERS = 20;
const MAX_LATENCIES = 200_000;

let latencies: number[] = [];
let bytes = 0;
let cut = 0;
let measuring = false;
const closers: (() => void)[] = [];

function openSilent(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1' });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nAccept: text/event-stream\r\n\r\n`);
    socket.once('data', () => resolve());
    socket.on('data', (chunk) => (bytes += chunk.length));
    socket.once('error', reject);
    socket.on('close', () => (cut += 1));
    closers.push(() => socket.destroy());
  });
}

function openReader(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(
      { port, host: '127.0.0.1', path, headers: { host: `localhost:${port}`, accept: 'text/event-stream' } },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`the stream answered ${response.statusCode}`));
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          const now = performance.timeOrigin + performance.now();
          resolve();
          bytes += text.length;
          rest += text;
          const end = rest.lastIndexOf('\n\n');
          if (end === -1) return;
          const events = rest.slice(0, end).split('\n\n');
          rest = rest.slice(end + 2);
          if (measuring) for (const event of events) note(event, now);
        });
        response.on('close', () => (cut += 1));
      },
    );
    request.on('error', reject);
    closers.push(() => request.destroy());
  });
}

/** The values published by the benchmark are their own time of publishing. */
function note(event: string, now: number): void {
  if (!/^event: ?readings$/m.test(event)) return;
  const data = /^data: ?(.*)$/m.exec(event)?.[1];
  if (data === undefined) return;
  for (const [, , value] of JSON.parse(data) as [number, number, unknown][]) {
    if (typeof value === 'number' && latencies.length < MAX_LATENCIES) latencies.push(now - value);
  }
}

async function open({ port, path, clients }: ConnectOrder): Promise<void> {
  for (const close of closers.splice(0)) close();
  const every = Math.ceil(clients / MAX_READERS);
  for (let i = 0; i < clients; i++) {
    // The last one, too, must be a reader: it is written to last.
    if (i % every === 0 || i === clients - 1) await openReader(port, path);
    else await openSilent(port, path);
  }
}

function measure(forMs: number): void {
  latencies = [];
  bytes = 0;
  cut = 0;
  measuring = true;
  setTimeout(() => {
    measuring = false;
    process.send?.({ type: 'measured', latencies, bytes, cut } satisfies Measured);
  }, forMs);
}

process.on('message', (message: ConnectOrder | MeasureOrder | { type: 'stop' }) => {
  if (message.type === 'stop') process.exit(0);
  if (message.type === 'measure') return measure(message.forMs);
  open(message).then(
    () => process.send?.({ type: 'connected' } satisfies Connected),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
