import { slugSchema, type SignalPath } from '../../contracts/slug.ts';

/** What a person types to publish one value. */
export interface PublishTarget {
  host: string;
  port: number;
  /** With TLS, when the broker is not ours. */
  secure: boolean;
}

export const topicOf = (path: SignalPath) =>
  ['plants', path.site, path.area, path.line, path.machine, path.signal].join('/');

/** Single quotes keep a shell from reading anything into a name. */
const quoted = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

export function mosquittoCommand(
  { host, port, secure }: PublishTarget,
  path: SignalPath,
  value: string,
): string {
  const tls = secure ? ' --tls-use-os-certs' : '';
  return `mosquitto_pub -h ${host} -p ${port}${tls} -q 1 -t ${quoted(topicOf(path))} -m ${quoted(value)}`;
}

/** For whoever has no mosquitto_pub: MQTT.js brings a command with it. */
export function npxCommand({ host, port, secure }: PublishTarget, path: SignalPath, value: string): string {
  const tls = secure ? ' -C mqtts' : '';
  return `npx mqtt pub -h ${host} -p ${port}${tls} -q 1 -t ${quoted(topicOf(path))} -m ${quoted(value)}`;
}

/** @returns what is wrong with a name, for the person who typed it; null when nothing is. */
export function nameProblem(level: keyof SignalPath, name: string): string | null {
  if (name === '') return 'A name is needed';
  if (level === 'machine' && name === 'order') return '"order" is kept for production orders';
  return slugSchema.safeParse(name).success ? null : 'A name may not hold /, +, # or control characters';
}
