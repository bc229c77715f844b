import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import type { Clock } from '../../contracts/clock.ts';
import { createLateAcks } from './late-acks.ts';

// One connection to a broker, from CONNECT to its end. It must never acknowledge a message before it is durable, nor
// on another connection than the one it came by, nor in another order than they came.

export interface MqttConnection {
  readonly client: MqttClient;
  close(): Promise<void>;
}

export interface ConnectionEvents {
  /** Calls `onDurable` once the message is; the connection may be gone by then. */
  onMessage: (packet: IPublishPacket, isGone: () => boolean, onDurable: () => void) => void;
  /** Null while more may be read; else resolves when it may again. */
  whenRoom: () => Promise<void> | null;
  onConnect: (sessionPresent: boolean) => void;
  onError: (error: Error) => void;
  /** Once, whatever the reason; nothing happens after it. */
  onClose: () => void;
}

const PING_EVERY_MS = 500;
/** Twice the keepalive of one second: pages must show STALE within three. */
const SILENT_AFTER_MS = 2_000;

/**
 * An error handed to MQTT.js' `handleMessage` callback suppresses its PUBACK and lets it go on with the next packet: the
 * only public way to acknowledge later without stopping (TRAPS T1 to T3; mqtt 5.16 lib/handlers/publish.js).
 */
const WITHHELD = new Error('acknowledged once durable');

export function openMqttConnection(
  url: string,
  options: IClientOptions,
  clock: Clock,
  events: ConnectionEvents,
): MqttConnection {
  const client = mqtt.connect(url, {
    ...options,
    // Every connection is a client of its own, so no packet of one can be sent on the next.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    keepalive: 1,
    // Its keepalive takes a PINGRESP that waits behind a backlog for a dead broker; ours below counts any packet.
    timerVariant: { set: () => 0, clear: () => undefined },
  });
  let closed = false;
  let reading = true;
  let heardAtMs = clock.now();
  let cancelPing = () => {};

  const acks = createLateAcks((messageId) => {
    if (!closed && client.connected) sendPuback(client, messageId);
  });

  const isGone = () => closed;
  client.handleMessage = (packet, callback) => {
    if (packet.qos === 2) {
      // Never asked for; its PUBCOMP waits, and everything behind it.
      events.onMessage(packet, isGone, () => callback());
      return;
    }
    const acknowledge = packet.qos === 1 ? acks.expect(packet.messageId ?? 0) : () => undefined;
    events.onMessage(packet, isGone, acknowledge);
    const room = events.whenRoom();
    if (room === null) {
      callback(WITHHELD);
      return;
    }
    reading = false;
    void room.then(() => {
      reading = true;
      heardAtMs = clock.now();
      callback(WITHHELD);
    });
  };

  function ping(dueAtMs: number): void {
    cancelPing = clock.after(PING_EVERY_MS, () => {
      const nowMs = clock.now();
      // When we were busy ourselves, an answer may be waiting to be read.
      const wasBusy = nowMs - dueAtMs > PING_EVERY_MS / 2;
      if (reading && !wasBusy && nowMs - heardAtMs > SILENT_AFTER_MS) {
        events.onError(new Error('it has not answered for 2 s'));
        client.stream.destroy();
        return;
      }
      client.sendPing();
      ping(nowMs + PING_EVERY_MS);
    });
  }

  client.on('packetreceive', () => {
    heardAtMs = clock.now();
  });
  client.on('connect', (packet) => {
    ping(clock.now() + PING_EVERY_MS);
    events.onConnect(packet.sessionPresent);
  });
  client.on('disconnect', ({ reasonCode }) => {
    events.onError(
      Object.assign(new Error(`the broker ended it with reason ${reasonCode ?? 0}`), { code: reasonCode }),
    );
  });
  client.on('error', (error) => {
    if (!closed) events.onError(error);
  });
  client.on('close', () => {
    if (closed) return;
    closed = true;
    cancelPing();
    events.onClose();
    client.end(true);
  });

  return {
    client,
    close: async () => {
      if (closed) return;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(1_000, resolve);
        client.end(false, () => {
          cancel();
          resolve();
        });
      });
      client.stream.destroy();
    },
  };
}

/** Private in MQTT.js, but there is no other way to send a PUBACK of one's own; the feed's tests fail without it. */
function sendPuback(client: MqttClient, messageId: number): void {
  const sender = client as unknown as { _sendPacket(packet: object): void };
  sender._sendPacket({ cmd: 'puback', messageId, reasonCode: 0 });
}
