import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';
import type { Logger } from 'pino';
import { BELL_TOPIC, bellSchema, WRITER_TOPIC, writerMessageSchema } from '../../contracts/bell.ts';
import type { WriterStatus } from '../../contracts/feed.ts';
import type { PartState } from './beat.ts';

export interface BellListener {
  state(): PartState;
  /** Messages on our topics that were none of ours, since start. */
  malformed(): number;
  stop(): Promise<void>;
}

export interface BellBroker {
  url: string;
  username: string | null;
  password: string | null;
  /** Path of a PEM file, null for the system's authorities. */
  ca: string | null;
}

/** Far above any writer's status. */
const MOST_BYTES = 256 * 1024;
const RECONNECT_MS = 500;
const CONNECT_MS = 3000;

/**
 * Listens to the bell: it wakes the ledger's reader and keeps what writers tell about themselves. It must never carry a
 * value: whatever is rung, what is shown was read from the database.
 */
export function listenToBell(deps: {
  broker: BellBroker;
  /** Unique among all clients of the broker. */
  clientId: string;
  log: Logger;
  onBell: (position: number) => void;
  onWriter: (status: WriterStatus) => void;
  onStateChange: () => void;
}): BellListener {
  const { broker, log } = deps;
  let detail: string | null = 'Not connected yet';
  let malformed = 0;
  let stopped = false;

  // Keepalive 1 s: a broker that was stopped without closing is noticed within 1.5 s. aedes speaks 3.1.1 only (TRAPS T21).
  const client = mqtt.connect(broker.url, {
    clientId: deps.clientId,
    protocolVersion: 4,
    clean: true,
    keepalive: 1,
    reschedulePings: false,
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_MS,
    ...(broker.username === null ? {} : { username: broker.username }),
    ...(broker.password === null ? {} : { password: broker.password }),
    ...(broker.ca === null ? {} : { ca: readFileSync(broker.ca) }),
  });

  function tell(next: string | null): void {
    if (stopped || next === detail) return;
    detail = next;
    if (next === null) log.info('the bell is heard');
    else log.warn({ detail: next }, 'the bell is not heard');
    deps.onStateChange();
  }

  client.on('connect', () => {
    client.subscribe([BELL_TOPIC, WRITER_TOPIC], { qos: 0 }, (error, granted) => {
      if (error) return tell(error.message);
      const refused = granted?.some((grant) => grant.qos >= 128) ?? false;
      tell(refused ? `The broker refuses reading ${BELL_TOPIC}` : null);
    });
  });
  client.on('error', (error) => tell(error.message === '' ? error.name : error.message));
  client.on('close', () => {
    if (detail === null) tell('The broker closed the connection');
  });
  client.on('message', (topic, payload) => {
    if (payload.length <= MOST_BYTES) {
      if (topic === BELL_TOPIC) return ring(payload.toString());
      const status = writerMessageSchema.safeParse(parseJson(payload.toString()));
      if (status.success) return deps.onWriter(status.data);
    }
    malformed += 1;
  });

  function ring(text: string): void {
    const position = bellSchema.safeParse(text === '' ? undefined : text);
    if (position.success) deps.onBell(position.data);
    else malformed += 1;
  }

  return {
    state: () => ({ ok: detail === null, detail }),
    malformed: () => malformed,
    stop: async () => {
      stopped = true;
      await client.endAsync(true);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
