import type { Message } from '../messages/machine-message.ts';

/** What of an MQTT client is used; MQTT.js sends again by itself what was under way when a connection broke. */
export interface MqttPort {
  readonly connected: boolean;
  publish(topic: string, payload: string, options: { qos: 1 }, done: (error?: Error | null) => void): unknown;
  on(event: 'connect', run: () => void): unknown;
}

export interface Publisher {
  /** Publishes now, at QoS 1. @returns when the broker has acknowledged. @throws when the client ended before. */
  publish(message: Message): Promise<void>;
  /** Whether a message may be published: connected, and not too many under way. */
  ready(): boolean;
  /** Resolves when it is so. */
  room(): Promise<void>;
  inFlight(): number;
}

/**
 * Publishes with a bound on what is under way. It must never let messages queue up inside the MQTT client: while the
 * broker is away nothing is handed over, the plant can be asked again.
 */
export function createPublisher(mqtt: MqttPort, maxInFlight: number): Publisher {
  let inFlight = 0;
  const waiting: (() => void)[] = [];
  const ready = () => mqtt.connected && inFlight < maxInFlight;
  const wake = () => {
    while (ready() && waiting.length > 0) waiting.shift()?.();
  };
  mqtt.on('connect', wake);

  return {
    publish: ({ topic, payload }) =>
      new Promise((resolve, reject) => {
        inFlight++;
        mqtt.publish(topic, payload, { qos: 1 }, (error) => {
          inFlight--;
          if (error) reject(error);
          else resolve();
          wake();
        });
      }),
    ready,
    room: async () => {
      while (!ready()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    inFlight: () => inFlight,
  };
}
