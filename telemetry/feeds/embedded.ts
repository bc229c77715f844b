import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions, type Client } from 'aedes';
import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Ingest } from '../ingest.ts';
import type { FeedMessage } from '../message.ts';
import { compileFilters } from './compile-filters.ts';
import { FLEETING, STOP_WAIT_MS, type Feed } from './feed.ts';
import type { Identity } from './identify.ts';

import { createPending } from './pending.ts';
import { createRetainedBound } from './retained-bound.ts';
import { boundUnparsed } from './unparsed-bound.ts';

// The embedded broker: a publisher's PUBACK waits until its message is durable. It must never let anybody but Sentia
// publish or read sentia/#, and never keep anything for a client that is away: its memory ends with this process.

export interface EmbeddedFeed extends Feed {
  readonly port: number;
}

const OURS = 'sentia/';
const MAX_RETAINED = { maxTopics: 10_000, maxBytes: 16 * 1024 * 1024 };
/** A larger packet ends its connection; up to there a payload becomes a dead letter. */
const MAX_PACKET_BYTES = 32 * 1024 * 1024;
/** What a socket reads ahead while its messages wait for a commit: a small one would cut batches short. */
const READ_AHEAD_BYTES = 256 * 1024;
const FLUSH_MS = 50;

/** @throws the error of `listen`, e.g. EADDRINUSE. */
export async function startEmbeddedFeed(deps: {
  host: string;
  port: number;
  /** What is telemetry; other topics are only passed on to subscribers. */
  topics: readonly string[];
  identify: (username: string | undefined, password: Uint8Array | undefined) => Identity | null;
  take: Ingest['take'];
  clock: Clock;
  log: Logger;
}): Promise<EmbeddedFeed> {
  const { host, topics, identify, take, clock, log } = deps;
  const name = 'embedded';
  const isTelemetry = compileFilters(topics);
  const identities = new WeakMap<Client, Identity>();
  const connected = new Map<string, Client>();
  const pending = createPending(clock);
  const retained = createRetainedBound(MAX_RETAINED);
  const unparsed = boundUnparsed(MAX_PACKET_BYTES, (socket) =>
    log.warn({ from: socket.remoteAddress }, 'a packet of more than 32 MB ended its connection'),
  );
  const since = clock.now();
  let lastMessageAt: number | null = null;
  let stopping = false;

  const isSentia = (client: Client) => identities.get(client)?.kind === 'sentia';

  const authenticate: NonNullable<AedesOptions['authenticate']> = (client, username, password, done) => {
    const identity = identify(username, password);
    if (identity === null) {
      log.warn({ client: client.id, username }, 'a client gave a user name or password that is not known');
      done(null, false);
      return;
    }
    // Taking over a client id ends the other connection: only its own kind may.
    const present = connected.get(client.id);
    if (present !== undefined && isSentia(present) && identity.kind !== 'sentia') {
      log.warn({ client: client.id }, 'a client came with the client id of Sentia itself');
      done(null, false);
      return;
    }
    identities.set(client, identity);
    done(null, true);
  };

  const authorizePublish: NonNullable<AedesOptions['authorizePublish']> = (client, packet, done) => {
    const identity = client === null ? undefined : identities.get(client);
    if (client !== null) unparsed.parsed(client.conn);
    if (identity === undefined || packet.topic.startsWith('$')) {
      done(new Error(`the topic ${packet.topic} is reserved`));
      return;
    }
    if (packet.topic.startsWith(OURS) || packet.topic === 'sentia') {
      done(identity.kind === 'sentia' ? null : new Error('sentia/# is reserved for Sentia'));
      return;
    }
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    if (packet.retain && !retained.admits(packet.topic, payload.byteLength)) packet.retain = false;
    if (!isTelemetry(packet.topic)) {
      done(null);
      return;
    }
    // A message that comes while stopping stays unanswered: its publisher sends it again.
    if (stopping) return;
    lastMessageAt = clock.now();
    pending.enter();
    // A will comes when its client is gone, and nobody sends it again: it is never abandoned.
    const isWill = client?.closed ?? true;
    const message: FeedMessage = {
      feed: name,
      topic: packet.topic,
      payload,
      qos: packet.qos,
      receivedAtMs: lastMessageAt,
      organisation: identity.organisation,
      retained: false,
      abandoned: () => !isWill && (client?.closed ?? true),
    };
    take(message, () => {
      pending.leave();
      done(null);
    });
  };

  const authorizeSubscribe: NonNullable<AedesOptions['authorizeSubscribe']> = (
    client,
    subscription,
    done,
  ) => {
    const reserved = /^(\$|sentia(\/|$))/.test(subscription.topic);
    done(null, reserved && !isSentia(client) ? null : subscription);
  };

  const broker = await Aedes.createBroker({
    id: 'sentia',
    authenticate,
    authorizePublish,
    authorizeSubscribe,
    // A wildcard subscription is granted, but never shows what is ours.
    authorizeForward: (client, packet) =>
      packet.topic.startsWith(OURS) && !isSentia(client) ? null : packet,
    // Sessions and queues of clients that are away would live in this process's memory without a bound (TRAPS T8).
    preConnect: (_client, packet, done) => {
      packet.clean = true;
      done(null, true);
    },
    connectTimeout: 10_000,
    // A reader that stands still must not hold up publishers for long.
    drainTimeout: 2_000,
    queueLimit: 1_000,
  });
  broker.on('client', (client) => {
    connected.set(client.id, client);
    log.debug({ client: client.id }, 'a client connected to the embedded broker');
  });
  broker.on('clientDisconnect', (client) => {
    if (connected.get(client.id) === client) connected.delete(client.id);
  });
  broker.on('clientError', (client, error) =>
    log.info({ client: client.id, err: error }, 'a client was cut off'),
  );
  broker.on('connectionError', (_client, error) => log.info({ err: error }, 'a connection was refused'));
  const events: EventEmitter = broker;
  events.on('error', (error: unknown) => log.error({ err: error }, 'the embedded broker failed'));
  broker.on('ping', (_packet, client) => unparsed.parsed(client.conn));

  const server = createServer({ noDelay: true, highWaterMark: READ_AHEAD_BYTES }, (socket: Socket) => {
    unparsed.watch(socket);
    broker.handle(socket);
  });
  const port = await listen(server, host, deps.port);
  server.on('error', (error) => log.error({ err: error }, 'the embedded broker takes no connections'));
  log.info({ host, port }, 'the embedded broker listens');

  return {
    port,
    status: () => ({
      name,
      kind: 'embedded',
      address: `mqtt://${host}:${port}`,
      connected: !stopping,
      detail: stopping ? 'Sentia is stopping' : null,
      since,
      lastMessageAt,
      clients: [...connected.values()].filter((client) => !isSentia(client)).length,
    }),
    publish: (topic, payload, options = FLEETING) => {
      const bytes = Buffer.from(payload);
      const packet = { cmd: 'publish', topic, payload: bytes, ...options, dup: false } as const;
      broker.publish(packet, (error) => {
        if (error) log.warn({ err: error, topic }, 'the embedded broker could not publish');
      });
    },
    stop: async () => {
      stopping = true;
      server.close();
      await pending.settled(STOP_WAIT_MS);
      // The last acknowledgements are written by now, but not flushed.
      await new Promise<void>((resolve) => clock.after(FLUSH_MS, resolve));
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
