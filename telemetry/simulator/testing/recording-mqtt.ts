import type { MqttPort } from '../broker/publisher.ts';

export interface RecordingMqtt extends MqttPort {
  connected: boolean;
  /** Everything published, in order. */
  published: { topic: string; payload: string }[];
  /** How many wait for their acknowledgement. */
  waiting(): number;
  /** Acknowledges the oldest ones. */
  acknowledge(count?: number): void;
  /** From now on acknowledges by itself. */
  acknowledgeAll(): void;
  connect(): void;
  /** Ends as MQTT.js does: what waits is given back with an error. */
  end(): void;
}

/** Stands in for an MQTT client and its broker, so that tests decide when what is acknowledged. */
export function createRecordingMqtt(): RecordingMqtt {
  const done: ((error?: Error | null) => void)[] = [];
  const onConnect: (() => void)[] = [];
  let automatic = false;
  const mqtt: RecordingMqtt = {
    connected: true,
    published: [],
    publish: (topic, payload, _options, whenDone) => {
      mqtt.published.push({ topic, payload });
      if (automatic) queueMicrotask(() => whenDone());
      else done.push(whenDone);
    },
    on: (_event, run) => onConnect.push(run),
    waiting: () => done.length,
    acknowledge: (count = 1) => {
      for (const each of done.splice(0, count)) each();
    },
    acknowledgeAll: () => {
      automatic = true;
      for (const each of done.splice(0)) each();
    },
    connect: () => {
      mqtt.connected = true;
      for (const run of onConnect) run();
    },
    end: () => {
      for (const each of done.splice(0)) each(new Error('client ended'));
    },
  };
  return mqtt;
}
