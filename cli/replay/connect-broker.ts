import mqtt, { type IClientOptions } from 'mqtt';
import type { BrokerConnection } from './publisher.ts';

const CONNECT_WITHIN_MS = 10_000;
const KEEPALIVE_S = 5;

export interface BrokerAddress {
  url: string;
  /** PEM. */
  ca: Buffer | null;
}

/** The address without user and password, for people. */
export function shownAddress(url: string): string {
  const parsed = new URL(url);
  return `${parsed.protocol}//${parsed.host}`;
}

/**
 * One connection over MQTT 3.1.1, which every broker speaks (the embedded one speaks nothing else, TRAPS T21). MQTT.js'
 * own reconnecting is off: what to send again is the publisher's to know.
 * @throws Error saying what is wrong and what to do
 */
export function connectBroker(address: BrokerAddress): Promise<BrokerConnection> {
  const options: IClientOptions = {
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_WITHIN_MS,
    keepalive: KEEPALIVE_S,
    clean: true,
    ...(address.ca === null ? {} : { ca: address.ca }),
  };
  return new Promise((resolve, reject) => {
    const client = mqtt.connect(address.url, options);
    const shown = shownAddress(address.url);
    let connected = false;
    let lastError: string | null = null;
    let closed = false;
    let onClose: ((why: string) => void) | null = null;
    client.on('error', (error) => {
      lastError = messageOf(error);
      if (connected) return;
      client.end(true);
      reject(new Error(explain(shown, error)));
    });
    client.on('close', () => {
      if (closed) return;
      closed = true;
      client.end(true);
      reject(new Error(`The MQTT broker at ${shown} closed the connection.`));
      onClose?.(lastError ?? `${shown} closed the connection`);
    });
    client.on('connect', () => {
      connected = true;
      resolve({
        publish: (topic, payload) => client.publishAsync(topic, payload, { qos: 1 }).then(() => undefined),
        onClose: (run) => {
          onClose = run;
          if (closed) run(lastError ?? `${shown} closed the connection`);
        },
        close: () => {
          closed = true;
          return client.endAsync(!client.connected);
        },
      });
    });
  });
}

function explain(shown: string, error: Error): string {
  const code = 'code' in error && typeof error.code === 'number' ? error.code : null;
  if (code === 4 || code === 5) {
    return `The MQTT broker at ${shown} refuses the user or password. Give them in the URL, as in mqtt://user:password@host:1883.`;
  }
  return `No MQTT broker answers at ${shown} (${messageOf(error)}). Is Sentia running? Else name the broker with --broker mqtt://host:1883.`;
}

/** Node joins the failures of a name's several addresses into one error without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
