import { SPARKPLUG_ROOT } from '../decode/read-topic.ts';
import { refuse, type Read } from '../decode/decoded.ts';
import { show } from '../decode/show.ts';

const NODE_TYPES = ['NBIRTH', 'NDEATH', 'NDATA', 'NCMD'] as const;
const DEVICE_TYPES = ['DBIRTH', 'DDEATH', 'DDATA', 'DCMD'] as const;
export type MessageType = (typeof NODE_TYPES | typeof DEVICE_TYPES)[number];

export type SparkplugTopic =
  | { kind: 'state'; host: string }
  | { kind: 'command' }
  | {
      kind: 'node';
      type: Exclude<MessageType, 'NCMD' | 'DCMD'>;
      group: string;
      node: string;
      /** null for a message of the edge node itself. */
      device: string | null;
    };

const GRAMMAR = 'spBv1.0/<group>/<NBIRTH|NDEATH|NDATA|DBIRTH|DDEATH|DDATA>/<edge node>[/<device>]';

export function isSparkplugTopic(topic: string): boolean {
  return topic.startsWith(SPARKPLUG_ROOT);
}

export function stateTopic(host: string): string {
  return `${SPARKPLUG_ROOT}STATE/${host}`;
}

export function commandTopic(group: string, node: string): string {
  return `${SPARKPLUG_ROOT}${group}/NCMD/${node}`;
}

/** Reads a topic under spBv1.0/. Ids are not judged here: what they name must make names of Sentia. */
export function readSparkplugTopic(topic: string): Read<SparkplugTopic> {
  const [, group = '', word = '', node = '', device, ...more] = topic.split('/');
  if (group === 'STATE' && word !== '' && node === '')
    return { ok: true, value: { kind: 'state', host: word } };
  const ofNode = NODE_TYPES.find((each) => each === word);
  const ofDevice = DEVICE_TYPES.find((each) => each === word);
  const complete = group !== '' && node !== '' && device !== '' && more.length === 0;
  if (complete && ofNode !== undefined && device === undefined) {
    if (ofNode === 'NCMD') return { ok: true, value: { kind: 'command' } };
    return { ok: true, value: { kind: 'node', type: ofNode, group, node, device: null } };
  }
  if (complete && ofDevice !== undefined && device !== undefined) {
    if (ofDevice === 'DCMD') return { ok: true, value: { kind: 'command' } };
    return { ok: true, value: { kind: 'node', type: ofDevice, group, node, device } };
  }
  return refuse('bad_topic', `the topic ${show(topic)} is none of Sparkplug B: it should be ${GRAMMAR}.`);
}
