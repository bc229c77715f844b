import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Ingest } from '../ingest.ts';
import type { FeedMessage } from '../message.ts';
import { explainBrokerError } from './explain-broker-error.ts';
import { FLEETING, STOP_WAIT_MS, type Feed } from './feed.ts';
import { openMqttConnection, type MqttConnection } from './mqtt-connection.ts';
import { createPending } from './pending.ts';

// Telemetry from a broker of the customer's own: subscribes at QoS 1 in a session that outlives this process, so the
// broker keeps what comes meanwhile. It must never give up reconnecting, and always says why it is not connected.

const RECONNECT_MS = 500;
const SUBSCRIBE_AGAIN_MS = 10_000;
const SESSION_EXPIRY_S = 7 * 24 * 3600;
/** Without it a broker hands out only a few messages until one is acknowledged: Mosquitto 20 (TRAPS T38). */
const RECEIVE_MAXIMUM = 65_535;

export interface MqttFeedOptions {
  url: string;
  /** PEM of the authority that signed the broker's certificate; null for the system's. */
  ca: Buffer | null;
  topics: readonly string[];
  /** The same after every start of this installation: the broker knows the session by it. */
  clientId: string;
  /** What it is called in accounts; `mqtt` unless told otherwise. */
  name?: string;
}

/** A session that lives as long as its connection and says so: a host application of Sparkplug B. */
export interface ConnectionLife {
  /** What the broker is to publish, retained, when the connection ends without a word; asked before each CONNECT. */
  will: () => { topic: string; payload: string };
  /** All filters were answered: what is published from now on will be heard. */
  onUp: () => void;
  /** It ended: whatever was published since may have been missed. */
  onDown: () => void;
}

export function startMqttFeed(deps: {
  options: MqttFeedOptions;
  ingest: Pick<Ingest, 'take' | 'whenRoom'>;
  life?: ConnectionLife;
  clock: Clock;
  log: Logger;
}): Feed {
  const { options, ingest, life, clock, log } = deps;
  const address = addressOf(options.url);
  const name = options.name ?? 'mqtt';
  const pending = createPending(clock);
  const subscribed = new Set<string>();
  const refused = new Map<string, string>();
  let connection: MqttConnection | null = null;
  let version: 4 | 5 = 5;
  /** Then nothing that stands between us and the broker may talk us down to 3.1.1 by hanging up. */
  let knows5 = false;
  let connected = false;
  let detail: string | null = 'Not connected yet.';
  let since = clock.now();
  let lastMessageAt: number | null = null;
  let stopping = false;
  let up = false;

  function tell(nowConnected: boolean, nowDetail: string | null): void {
    if (connected === nowConnected && detail === nowDetail) return;
    if (connected !== nowConnected) since = clock.now();
    connected = nowConnected;
    detail = nowDetail;
    if (nowDetail === null) log.info({ feed: name, address, version }, 'the feed is connected');
    else log.warn({ feed: name, address, connected, detail }, 'the feed is not well');
  }

  function onMessage(packet: IPublishPacket, isGone: () => boolean, onDurable: () => void): void {
    // While stopping messages stay unacknowledged: the broker sends them again.
    if (stopping) return;
    lastMessageAt = clock.now();
    const message: FeedMessage = {
      feed: name,
      topic: packet.topic,
      payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
      qos: packet.qos,
      receivedAtMs: lastMessageAt,
      organisation: null,
      retained: packet.retain,
      abandoned: isGone,
    };
    pending.enter();
    ingest.take(message, () => {
      pending.leave();
      onDurable();
    });
  }

  /** Each filter by itself, so that a broker may grant one and refuse another; what it refuses is asked for again. */
  function subscribe(client: MqttClient, filters: readonly string[]): void {
    for (const filter of filters) {
      // rh 1: the broker sends retained messages only for a subscription that is new.
      const wish = version === 5 ? { qos: 1 as const, rh: 1 } : { qos: 1 as const };
      client.subscribe(filter, wish, (error, granted) => {
        if (!client.connected) return;
        if (error)
          refused.set(
            filter,
            `The broker refuses to let us read ${filter}. Allow it to the user of MQTT_URL.`,
          );
        else if (granted?.[0]?.qos === 0)
          refused.set(filter, `The broker grants ${filter} at QoS 0 only: messages may be lost.`);
        else refused.delete(filter);
        if (!error) subscribed.add(filter);
        tell(subscribed.size > 0, refused.size === 0 ? null : [...refused.values()].join(' '));
        if (
          !up &&
          subscribed.size > 0 &&
          options.topics.every((each) => subscribed.has(each) || refused.has(each))
        ) {
          up = true;
          life?.onUp();
        }
        if (error) clock.after(SUBSCRIBE_AGAIN_MS, () => subscribe(client, client.connected ? [filter] : []));
      });
    }
  }

  function connect(): void {
    if (stopping) return;
    let established = false;
    let lastError: Error | null = null;
    const opened = openMqttConnection(options.url, connectOptions(options, version, life), clock, {
      onMessage,
      whenRoom: ingest.whenRoom,
      onConnect: (sessionPresent) => {
        established = true;
        // A session of 3.1.1 that we know stands is left alone: subscribing again would bring all retained messages.
        const known = life === undefined && version === 4 && sessionPresent ? subscribed : new Set<string>();
        if (!sessionPresent) subscribed.clear();
        const missing = options.topics.filter((filter) => !known.has(filter));
        if (missing.length === 0) tell(true, null);
        subscribe(opened.client, missing);
      },
      onError: (error) => {
        lastError = error;
      },
      onClose: () => {
        if (established) life?.onDown();
        up = false;
        if (stopping) return;
        const error = lastError ?? new Error('the broker closed it');
        tell(false, explainBrokerError(error, address));
        knows5 ||= established && version === 5;
        version = knows5 ? 5 : nextVersion(version, established, error);
        clock.after(RECONNECT_MS, connect);
      },
    });
    connection = opened;
  }

  connect();
  return {
    status: () => ({ name, kind: 'mqtt', address, connected, detail, since, lastMessageAt, clients: null }),
    publish: (topic, payload, how = FLEETING) => {
      if (connection?.client.connected === true) connection.client.publish(topic, Buffer.from(payload), how);
    },
    stop: async () => {
      stopping = true;
      await pending.settled(STOP_WAIT_MS);
      await connection?.close();
      tell(false, 'Sentia is stopping.');
    },
  };
}

function connectOptions(
  { ca, clientId }: MqttFeedOptions,
  version: 4 | 5,
  life: ConnectionLife | undefined,
): IClientOptions {
  const will = life?.will();
  const sessionExpiryInterval = life === undefined ? SESSION_EXPIRY_S : 0;
  return {
    clientId,
    clean: life !== undefined,
    ...(will === undefined
      ? {}
      : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
    protocolVersion: version,
    connectTimeout: 5_000,
    ...(ca === null ? {} : { ca }),
    ...(version === 4 ? {} : { properties: { receiveMaximum: RECEIVE_MAXIMUM, sessionExpiryInterval } }),
  };
}

/**
 * MQTT 5 first. A broker that knows only 3.1.1 refuses, hangs up or stays silent; one that is just stopping does so too,
 * so both versions are tried in turn until one is established.
 */
function nextVersion(version: 4 | 5, established: boolean, error: Error): 4 | 5 {
  if (established) return version;
  if (isNetworkError(error)) return 5;
  return version === 5 ? 4 : 5;
}

function isNetworkError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && error.code !== 'ECONNRESET';
}

/** The broker's address without credentials. */
function addressOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
