import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';

export type BrokerEvent =
  | { kind: 'connect'; client: string; clean: boolean; will: Will | null; atMs: number }
  | { kind: 'subscribe'; client: string; topics: string[] }
  | {
      kind: 'publish';
      client: string;
      topic: string;
      payload: string;
      qos: number;
      retain: boolean;
      atMs: number;
    }
  | { kind: 'disconnect'; client: string };

export interface Will {
  topic: string;
  payload: string;
  qos: number;
  retain: boolean;
}

export interface RecordingBroker {
  url: string;
  /** What clients did, in order. A will that is sent counts as published by its client. */
  events: BrokerEvent[];
  /** Ends the connections of a client as a broken cable does. */
  cut(client: string): void;
  stop(): Promise<void>;
}

/** A broker (MQTT 3.1.1) that remembers what its clients did. */
export async function startRecordingBroker(): Promise<RecordingBroker> {
  const events: BrokerEvent[] = [];
  const sockets = new Map<string, Socket>();
  const broker = await Aedes.createBroker({
    preConnect: (client, packet, done) => {
      const { clientId, clean, will } = packet;
      const known: Will | null =
        will === undefined
          ? null
          : {
              topic: will.topic,
              payload: String(will.payload),
              qos: will.qos ?? 0,
              retain: will.retain ?? false,
            };
      events.push({
        kind: 'connect',
        client: clientId,
        clean: clean === true,
        will: known,
        atMs: Date.now(),
      });
      // A connection over TCP.
      sockets.set(clientId, client.conn as Socket);
      done(null, true);
    },
    authorizePublish: (client, { topic, payload, qos, retain }, done) => {
      events.push({
        kind: 'publish',
        client: client?.id ?? '',
        topic,
        payload: String(payload),
        qos,
        retain,
        atMs: Date.now(),
      });
      done(null);
    },
  });
  broker.on('subscribe', (subscriptions, client) => {
    events.push({ kind: 'subscribe', client: client.id, topics: subscriptions.map(({ topic }) => topic) });
  });
  broker.on('clientDisconnect', (client) => events.push({ kind: 'disconnect', client: client.id }));
  const server = createServer(broker.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    events,
    cut: (client) => sockets.get(client)?.destroy(),
    stop: async () => {
      server.close();
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}
