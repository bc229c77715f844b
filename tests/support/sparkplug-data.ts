import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

// The session that an independent implementation encoded; it lies beside the project, not in it.
const FOLDER = path.resolve(import.meta.dirname, '../../../shared/data/sparkplug');
export const hasSparkplugData = existsSync(FOLDER);

export interface SessionMessage {
  name: string;
  topic: string;
  qos: 0 | 1;
  sentAtMs: number;
  payload: Buffer;
}

/** The messages of the session, in the order in which they are to be published. */
export function sparkplugSession(): SessionMessage[] {
  const messages = JSON.parse(readFileSync(path.join(FOLDER, 'session.json'), 'utf8')) as {
    name: string;
    topic: string;
    qos: 0 | 1;
    t_ms: number;
    payload_b64: string;
  }[];
  return messages.map(({ name, topic, qos, t_ms, payload_b64 }) => ({
    name,
    topic,
    qos,
    sentAtMs: t_ms,
    payload: Buffer.from(payload_b64, 'base64'),
  }));
}

/** A metric as the other implementation decodes it. */
export interface GoldenMetric {
  name?: string;
  alias?: string;
  timestamp?: string;
  datatype?: number;
  is_null?: boolean;
  is_historical?: boolean;
  int_value?: number;
  long_value?: string;
  double_value?: number;
  boolean_value?: boolean;
  string_value?: string;
}

export interface Golden {
  name: string;
  bytes: Buffer;
  decoded: { timestamp?: string; seq?: string; metrics?: GoldenMetric[] };
}

export function sparkplugGolden(): Golden[] {
  const folder = path.join(FOLDER, 'golden');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.bin'))
    .sort()
    .map((file) => {
      const name = file.replace('.bin', '');
      const decoded = JSON.parse(
        readFileSync(path.join(folder, `${name}.decoded.json`), 'utf8'),
      ) as Golden['decoded'];
      return { name, bytes: readFileSync(path.join(folder, file)), decoded };
    });
}

/** Ids of the specification's assertions that name the host application. */
export function hostAssertions(): string[] {
  return readFileSync(path.join(FOLDER, 'host-assertion-ids.txt'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter((id) => id !== '');
}
