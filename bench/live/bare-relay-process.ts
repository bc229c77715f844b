import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

/**
 * The control: a broker and an event stream in one process with nothing stored between them. It forwards the latest
 * value of each signal every 50 ms, as Sentia's stream does, to whoever is connected.
 */
export interface RelayListening {
  type: 'listening';
  httpPort: number;
  mqttPort: number;
}

const FRAME_MS = 50;
const clients = new Set<ServerResponse>();
const latest = new Map<string, [number, number, number, string]>();

const broker = await Aedes.createBroker();
broker.on('publish', (packet, client) => {
  if (client === null) return;
  const { value, at } = JSON.parse(packet.payload.toString()) as { value: number; at: number };
  latest.set(packet.topic, [latest.size, at / 1000, value, 'good']);
});
setInterval(() => {
  if (latest.size === 0) return;
  const frame = Buffer.from(`event: readings\ndata: ${JSON.stringify([...latest.values()])}\n\n`);
  latest.clear();
  for (const client of clients) client.write(frame);
}, FRAME_MS);

const http = createHttpServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(': hello\n\n');
  clients.add(response);
  response.on('close', () => clients.delete(response));
}).listen(0, '127.0.0.1');
const mqtt = createServer((socket) => {
  socket.setNoDelay(true);
  broker.handle(socket);
}).listen(0, '127.0.0.1');

const portOf = (server: { address(): unknown }) => (server.address() as { port: number }).port;
await Promise.all([http, mqtt].map((server) => new Promise((resolve) => server.once('listening', resolve))));
process.send?.({
  type: 'listening',
  httpPort: portOf(http),
  mqttPort: portOf(mqtt),
} satisfies RelayListening);
process.on('message', () => process.exit(0));
