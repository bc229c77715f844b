import { createServer } from 'node:net';
import { Aedes } from 'aedes';

export interface Listening {
  type: 'listening';
  port: number;
}

const broker = await Aedes.createBroker();
const server = createServer((socket) => {
  socket.setNoDelay(true);
  broker.handle(socket);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.send?.({ type: 'listening', port } satisfies Listening);
});
process.on('message', () => process.exit(0));
