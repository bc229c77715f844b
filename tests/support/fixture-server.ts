import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createRequestHandler } from '@remix-run/express';
import type { ServerBuild } from '@remix-run/node';
import express from 'express';
import { applyEvent } from '../../app/live/apply-event.ts';
import type { LiveEvent, Snapshot } from '../../contracts/live.ts';
import type { AppContext } from '../../server/app-context.ts';
import type { createFixturePlant } from './fixture-plant.ts';

type Plant = ReturnType<typeof createFixturePlant>;

/** Serves the built pages over an invented plant: for looking at boards that the simulated plant never makes. */
export async function startFixtureServer(options: {
  plant: Plant;
  root: string;
  port?: number;
  context?: Partial<AppContext>;
}) {
  const { plant } = options;
  const app = express();
  const clients = new Set<express.Response>();
  let position = 1;
  let live: { live: boolean; reason: string | null } = { live: true, reason: null };
  let silent: (signalId: number) => boolean = () => false;
  let beating = true;

  const send = (event: Exclude<LiveEvent, { name: 'resync' }>) => {
    if (event.name !== 'snapshot') plant.update(applyEvent(plant.picture(), event));
    for (const client of clients) client.write(frame(event.name, event.position, event.data));
  };
  app.get('/api/v1/sites/:site/live', (request, response) => {
    response
      .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' })
      .flushHeaders();
    response.write('retry: 1000\n\n');
    response.write(frame('snapshot', position, plant.picture()));
    clients.add(response);
    request.on('close', () => clients.delete(response));
  });
  app.get('/api/v1/readings', (request, response) => {
    const [from, to, points] = ['from', 'to', 'points'].map((name) => Number(request.query[name])) as [
      number,
      number,
      number,
    ];
    response.json(plant.history(Number(request.query['signal']), from, to, points));
  });
  app.use(express.static(path.join(options.root, 'build/client')));
  const build = (await import(path.join(options.root, 'build/server/index.js'))) as ServerBuild;
  const site = () => ({ ...plant.picture().site });
  const context = {
    requestId: 'fixture',
    cspNonce: 'fixture',
    visitor: { name: 'visitor', organisationIds: [1] },
    sites: async () => [site(), { ...site(), siteId: 2, site: 'porto', name: 'Porto' }],
    snapshot: async (slug: string): Promise<Snapshot | null> =>
      slug === site().site ? plant.picture() : null,
    readings: () => {
      throw new Error('loaders ask for no readings');
    },
    deadLetters: async () => ({ items: [], next: null }),
    deadLetterTotals: async () => ({ letters: 0, bytes: 0, overflowed: 0, expired: 0 }),
    replayDeadLetters: async () => 0,
    data: async () => ({
      writers: [],
      ledger: { messages: 0, received: 0, stored: 0, duplicate: 0, conflict: 0, deadLettered: 0 },
      position,
      at: Date.now(),
    }),
    broker: { embedded: true, host: '127.0.0.1', port: 1883, url: 'mqtt://127.0.0.1:1883' },
    banner: 'Demo: simulated plant',
    ...options.context,
  } satisfies AppContext;
  const pages = createRequestHandler({ build, getLoadContext: () => context });
  app.all('*', (request, response, next) => void pages(request, response, next));

  const second = setInterval(() => {
    const now = Date.now();
    position += 1;
    send({ name: 'readings', position, data: plant.readings(now, silent) });
    if (beating) send({ name: 'beat', position, data: plant.beat(now, live.live, live.reason) });
  }, 1000);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clients: () => clients.size,
    say: (now: boolean, reason: string | null) => (live = { live: now, reason }),
    silence: (rule: (signalId: number) => boolean) => (silent = rule),
    stopBeats: () => (beating = false),
    send,
    async close() {
      clearInterval(second);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const frame = (name: string, id: number, data: unknown) =>
  `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
