import { readFileSync } from 'node:fs';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';

const CONNECT_WITHIN_MS = 4_000;
/** CONNACK: MQTT 3.1.1 §3.2.2.3 and MQTT 5 §3.2.2.2. */
const REFUSED_CREDENTIALS = new Set([4, 5, 134, 135]);
const REFUSED_PROTOCOL = new Set([1, 132]);

export interface BrokerAddress {
  url: string;
  /** Path of a PEM file, for mqtts and wss. */
  ca: string | null;
  /** In place of those in the URL. */
  credentials?: { username: string; password: string };
}

/**
 * One attempt to connect, MQTT 5 first, then 3.1.1, as telemetry does.
 * @returns the connected client, or one line for people without the password
 */
export async function connectBroker(
  address: BrokerAddress,
): Promise<{ ok: true; client: MqttClient; protocol: '5' | '3.1.1' } | { ok: false; reason: string }> {
  const shown = withoutPassword(address.url);
  let ca: Buffer | null = null;
  if (address.ca !== null) {
    try {
      ca = readFileSync(address.ca);
    } catch (error) {
      return { ok: false, reason: `The file of MQTT_CA cannot be read: ${messageOf(error)}.` };
    }
  }
  const options: IClientOptions = {
    reconnectPeriod: 0,
    connectTimeout: CONNECT_WITHIN_MS,
    clientId: `sentia-check-${process.pid}-${Date.now()}`,
    ...address.credentials,
    ...(ca === null ? {} : { ca }),
  };
  const first = await attempt(address.url, { ...options, protocolVersion: 5 });
  if (first.ok) return { ok: true, client: first.client, protocol: '5' };
  const secondWorthwhile = first.code === null ? first.silent : REFUSED_PROTOCOL.has(first.code);
  const last = secondWorthwhile ? await attempt(address.url, { ...options, protocolVersion: 4 }) : first;
  if (last.ok) return { ok: true, client: last.client, protocol: '3.1.1' };
  return { ok: false, reason: explain(shown, last) };
}

type Attempt =
  { ok: true; client: MqttClient } | { ok: false; code: number | null; silent: boolean; error: Error };

function attempt(url: string, options: IClientOptions): Promise<Attempt> {
  return new Promise((resolve) => {
    const client = mqtt.connect(url, options);
    const fail = (error: Error, silent: boolean) => {
      client.end(true);
      const code = 'code' in error && typeof error.code === 'number' ? error.code : null;
      resolve({ ok: false, code, silent, error });
    };
    client.once('connect', () => {
      client.removeAllListeners('error').removeAllListeners('close');
      client.on('error', () => client.end(true));
      resolve({ ok: true, client });
    });
    client.once('error', (error) => fail(error, error.message.includes('connack timeout')));
    client.once('close', () => fail(new Error('it closed the connection'), true));
  });
}

function explain(shown: string, { code, error }: { code: number | null; error: Error }): string {
  if (code !== null && REFUSED_CREDENTIALS.has(code)) {
    return `The MQTT broker at ${shown} refuses the user or password. Correct them in MQTT_URL.`;
  }
  if (code !== null) return `The MQTT broker at ${shown} refuses the connection: ${error.message}.`;
  if (/certificate|CERT|SSL|TLS/.test(messageOf(error))) {
    return `The MQTT broker at ${shown} cannot be trusted: ${messageOf(error)}. Name its CA file with MQTT_CA.`;
  }
  return `No MQTT broker answers at ${shown} (${messageOf(error)}). Start it, or correct MQTT_URL.`;
}

/** Node joins the failures of a name's several addresses into one error without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  return `${parsed.protocol}//${parsed.host}`;
}
