import type { AddressInfo } from 'node:net';
import compression from 'compression';
import express from 'express';
import { pino } from 'pino';
import { systemClock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import type { PartState } from '../../server/live/beat.ts';
import { createLive, type Live } from '../../server/live/live.ts';
import { createStreamHandler, type StreamHandler } from '../../server/live/stream-handler.ts';
import { openSse, type SseClient } from './sse-client.ts';
import { writerStatus } from './writer-status.ts';

export interface LiveServer {
  live: Live;
  stream: StreamHandler;
  url: string;
  broker: PartState;
  /** Writers that are heard from now on, once a second as real ones are; none: telemetry has died. */
  writers: string[];
  watch(site: string, lastEventId?: string): Promise<SseClient>;
  stop(): Promise<void>;
}

/** The live path of one server behind a real port, with a writer that is heard. Several may share a database. */
export async function startLiveServer(
  database: Database,
  options: { organisationIds: readonly number[]; mostClients?: number },
): Promise<LiveServer> {
  const log = pino({ level: 'silent' });
  const broker: PartState = { ok: true, detail: null };
  const live = createLive({ database, clock: systemClock, log, broker: () => server.broker });
  const stream = createStreamHandler({
    live: () => live,
    visitorOf: () => ({ name: 'test', organisationIds: options.organisationIds }),
    log,
    ...(options.mostClients === undefined ? {} : { mostClients: options.mostClients }),
  });
  const app = express();
  // In front of the stream on purpose: it must not matter.
  app.use(compression());
  app.all('/api/v1/sites/:site/live', stream.handle);
  const http = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const clients: SseClient[] = [];

  const tell = () => {
    for (const writer of server.writers) live.onWriter(writerStatus({ writer }));
  };
  const telling = setInterval(tell, 1000);
  const server: LiveServer = {
    live,
    stream,
    url,
    broker,
    writers: ['writer-1'],
    watch: async (site, lastEventId) => {
      const client = await openSse(
        `${url}/api/v1/sites/${site}/live`,
        lastEventId === undefined ? {} : { lastEventId },
      );
      clients.push(client);
      return client;
    },
    stop: async () => {
      clearInterval(telling);
      for (const client of clients) client.close();
      await live.stop();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  tell();
  live.start();
  await until(() => live.loaded());
  return server;
}

/** Waits for what comes by itself, without a fixed pause. */
export async function until(condition: () => boolean, withinMs = 10_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > endMs)
      throw new Error(`it did not come true within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
