import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { socketFile, type DatabaseTarget } from '../../prisma/database-target.ts';

export interface CuttableDatabase {
  target: DatabaseTarget;
  /** Ends all connections and takes no new ones, as a database that was killed. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** The next COMMIT reaches the database, its answer nobody. */
  loseNextCommit(): void;
  /** Connections stand, but nothing goes through until it is released. */
  hold(): () => void;
  stop(): Promise<void>;
}

/** A way to a test's database that can be cut. */
export async function startCuttableDatabase(to: DatabaseTarget): Promise<CuttableDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'sentia-cut-'));
  const pairs = new Set<Socket>();
  let commitToLose = false;
  const held: (() => void)[] = [];
  let holding = false;

  const connectFar = () => {
    if (to.kind === 'socket') return connect(socketFile(to.socketDir));
    const url = new URL(to.url);
    return connect(Number(url.port || 5432), url.hostname);
  };
  const serve = () =>
    createServer((near) => {
      const far = connectFar();
      let mute = false;
      for (const socket of [near, far]) {
        pairs.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
      near.on('data', (bytes) => {
        if (commitToLose && bytes.includes('COMMIT')) {
          commitToLose = false;
          mute = true;
        }
        const pass = () => far.write(bytes);
        if (holding) held.push(pass);
        else pass();
      });
      far.on('data', (bytes) => {
        if (mute) near.destroy();
        else near.write(bytes);
      });
    });

  let server: Server = serve();
  let port = 0;
  const listen = async () => {
    await new Promise<void>((resolve) => {
      if (to.kind === 'socket') server.listen(socketFile(folder), resolve);
      else server.listen(port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  };
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of pairs) socket.destroy();
    pairs.clear();
    await closed;
  };
  await listen();
  return {
    target:
      to.kind === 'socket'
        ? { kind: 'socket', socketDir: folder }
        : { kind: 'url', url: throughPort(to.url, port) },
    cut,
    restore: async () => {
      server = serve();
      await listen();
    },
    loseNextCommit: () => {
      commitToLose = true;
    },
    hold: () => {
      holding = true;
      return () => {
        holding = false;
        for (const pass of held.splice(0)) pass();
      };
    },
    stop: async () => {
      await cut();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function throughPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(port);
  return changed.href;
}
