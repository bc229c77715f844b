import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';

export interface RestartingBroker {
  readonly port: number;
  /** Payloads in the order they came, repetitions included. */
  readonly payloads: string[];
  stop(): Promise<void>;
}

/** A broker in this process that cuts every connection after `cutAfter` messages, without acknowledging the last. */
export async function startBroker(port: number, cutAfter = Infinity): Promise<RestartingBroker> {
  const payloads: string[] = [];
  const sockets = new Set<Socket>();
  const broker = await Aedes.createBroker();
  broker.authorizePublish = (_client, packet, done) => {
    payloads.push(packet.payload.toString());
    if (payloads.length === cutAfter) for (const socket of sockets) socket.destroy();
    else done(null);
  };
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    payloads,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
    },
  };
}
