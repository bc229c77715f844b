import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import type { FeedStatus } from '../../contracts/feed.ts';
import type { Leases } from '../../contracts/leases.ts';
import { FLEETING, type Feed, type PublishOptions } from '../feeds/feed.ts';
import { startMqttFeed, type MqttFeedOptions } from '../feeds/mqtt.ts';
import type { Ingest } from '../ingest.ts';
import { encodeState, type HostState } from './host-state.ts';
import { createLeader } from './lead.ts';
import { createPresenceKeeper } from './presence.ts';
import { isSparkplugTopic, stateTopic } from './read-sparkplug-topic.ts';
import { createSparkplugHost, SPARKPLUG_AREA } from './sparkplug-host.ts';
import { findNodes } from './store-presence.ts';

// Sparkplug B as one process of many may hold it: by lease, on the embedded broker or on a connection of its own with a
// will. It must never say that the host is online while it does not listen, and never slow what is not Sparkplug.

export interface Sparkplug {
  /** In place of the ingest's own for the plain feed: takes Sparkplug's messages aside. */
  take: Ingest['take'];
  /** Resolves once it is settled who leads, and who leads has told that nobody is there before a birth. */
  start(): Promise<void>;
  /** The embedded broker's feed, which then carries what the host says. */
  attach(feed: Feed): void;
  /** Its own connection, while there is one. */
  status(): FeedStatus[];
  /** Tells that the host goes: while the feed still stands, since the embedded one carries it. */
  farewell(): void;
  /** Gives out what is held. */
  stop(): Promise<void>;
}

const STATE_OPTIONS: PublishOptions = { qos: 1, retain: true };
/** Nodes that know this host as their primary one answer its STATE with births: the others are asked after that. */
const ASK_AFTER_MS = 1_000;

export function createSparkplug(deps: {
  hostId: string;
  reorderTimeoutMs: number;
  /** null: the embedded broker. */
  broker: MqttFeedOptions | null;
  ingest: Pick<Ingest, 'take' | 'takeDecoded' | 'whenRoom'>;
  database: Database;
  leases: Leases;
  clock: Clock;
  log: Logger;
  onPosition: (position: number) => void;
}): Sparkplug {
  const { hostId, broker, ingest, database, clock, log } = deps;
  const topic = stateTopic(hostId);
  /** Where STATE and commands go: the embedded broker, or the connection of its own. */
  let feed: Feed | null = null;
  let stateAt = clock.now();
  let online = false;
  let leaving = false;
  let closing: Promise<void> | null = null;
  let cancelAsk = () => {};

  const leader = createLeader({
    name: 'sparkplug',
    leases: deps.leases,
    clock,
    log,
    onGained: async () => {
      await host.beginAnew();
      if (leader.lease() === null || leaving) return;
      if (broker !== null) feed = connect(broker);
      else if (feed !== null) announce();
    },
    onLost: () => leave(),
  });
  const presence = createPresenceKeeper({
    ...{ database, leases: deps.leases, clock, log, onPosition: deps.onPosition },
    lease: () => leader.lease(),
    onLeaseLost: () => leader.lost(),
  });
  const publish = (to: string, payload: string | Uint8Array, options = FLEETING) =>
    feed?.publish(to, payload, options);
  const host = createSparkplugHost({
    hostId,
    rules: { reorderTimeoutMs: deps.reorderTimeoutMs },
    credentials: broker === null,
    takeDecoded: (message, decoded, onDurable) => ingest.takeDecoded(message, decoded, onDurable),
    presence,
    publish,
    onOwnState: hearOwnState,
    clock,
    log,
  });

  function tellState(state: HostState): void {
    publish(topic, encodeState(state), STATE_OPTIONS);
  }

  /** A will of a connection that is gone came late, or somebody else speaks in our name. */
  function hearOwnState(state: HostState): void {
    if (!online) return;
    if (!state.online) tellState({ online: true, timestamp: stateAt });
    else if (state.timestamp !== stateAt)
      log.error({ hostId }, 'another application has the same Sparkplug host id: give each its own');
  }

  /** What is published from now on is heard. */
  function announce(): void {
    if (broker === null) stateAt = clock.now();
    online = true;
    tellState({ online: true, timestamp: stateAt });
    cancelAsk();
    cancelAsk = clock.after(ASK_AFTER_MS, () => void askBirths());
  }

  async function askBirths(): Promise<void> {
    try {
      const known = await database.transaction({ role: 'sentia_writer' }, (sql) =>
        findNodes(sql, SPARKPLUG_AREA),
      );
      if (online) host.askBirths(known);
    } catch (error) {
      log.warn({ err: error }, 'the known edge nodes could not be read; they are asked when they speak');
    }
  }

  function onDown(): void {
    online = false;
    cancelAsk();
    void host.beginAnew();
  }

  function connect(options: MqttFeedOptions): Feed {
    const own = { ...options, topics: [topic, ...options.topics], name: 'sparkplug' };
    return startMqttFeed({
      options: own,
      ingest: { take: host.take, whenRoom: ingest.whenRoom },
      life: {
        will: () => {
          stateAt = clock.now();
          return { topic, payload: encodeState({ online: false, timestamp: stateAt }) };
        },
        onUp: announce,
        onDown,
      },
      clock,
      log,
    });
  }

  /** Another process speaks for the host now: nothing is said, and the broker is not to send our will. */
  function leave(): void {
    online = false;
    cancelAsk();
    if (broker === null) return;
    const connection = feed;
    feed = null;
    void connection?.stop();
  }

  return {
    take: (message, onDurable) => {
      if (!isSparkplugTopic(message.topic)) ingest.take(message, onDurable);
      else if (broker === null) host.take(message, onDurable);
      // The plain feed subscribes to more than it needs: whoever leads reads it on a connection of its own.
      else onDurable();
    },
    start: () => leader.start(),
    attach: (plain) => {
      if (broker !== null) return;
      feed = plain;
      if (leader.lease() !== null) announce();
    },
    status: () => (broker === null || feed === null ? [] : [feed.status()]),
    farewell: () => {
      leaving = true;
      cancelAsk();
      if (online) tellState({ online: false, timestamp: clock.now() });
      online = false;
      if (broker !== null) closing = feed?.stop() ?? null;
    },
    stop: async () => {
      await closing;
      host.stop();
      await presence.stop();
      await leader.stop();
    },
  };
}
