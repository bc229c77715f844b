import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './test-broker.ts';

export interface CuttableLine {
  port: number;
  /** Ends every connection, as a switch that restarts; new ones go through. */
  cut(): void;
  /** From now on the bytes of the connections that stand go nowhere and nobody is told: half-open TCP. */
  freeze(): void;
  stop(): void;
}

/** A way to a port of this machine that can fail as a network does. */
export async function startCuttableLine(to: number): Promise<CuttableLine> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    cut,
    freeze: () => {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    stop: () => {
      cut();
      server.close();
    },
  };
}
