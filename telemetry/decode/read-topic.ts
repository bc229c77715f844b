import { ORDER_TOPIC_LEVEL } from '../../contracts/order.ts';
import { slugSchema } from '../../contracts/slug.ts';
import { refuse, type Read } from './decoded.ts';
import { show } from './show.ts';
import { isStorableText } from './storable-text.ts';

export const PLAIN_ROOT = 'plants/';
export const SPARKPLUG_ROOT = 'spBv1.0/';

/** What a topic names: a signal, a machine, or a line's order. Paths are the topic without its root. */
export type Named =
  | { kind: 'signal'; path: string }
  | { kind: 'machine'; path: string }
  | { kind: 'order'; site: string; area: string; line: string };

const MAX_REMEMBERED = 20_000;
const GRAMMAR =
  'plants/<site>/<area>/<line>/<machine>/<signal>, or without <signal> for a machine with "values"';

/** Topics repeat with every message: those understood are remembered. */
const knownTopics = new Map<string, Read<Named>>();

export function readTopic(topic: string): Read<Named> {
  const known = knownTopics.get(topic);
  if (known !== undefined) return known;
  const read = parseTopic(topic);
  if (read.ok) {
    if (knownTopics.size >= MAX_REMEMBERED) knownTopics.clear();
    knownTopics.set(topic, read);
  }
  return read;
}

function parseTopic(topic: string): Read<Named> {
  if (topic.startsWith(SPARKPLUG_ROOT)) {
    return refuse(
      'unsupported_format',
      'this is a Sparkplug B topic. What its message means hangs on the births before it, so it is read as it arrives and never by itself.',
    );
  }
  if (!topic.startsWith(PLAIN_ROOT)) {
    return refuse(
      'bad_topic',
      `the topic ${show(topic)} begins with neither plants/ nor spBv1.0/. Publish on ${GRAMMAR}.`,
    );
  }
  const path = topic.slice(PLAIN_ROOT.length);
  const levels = path.split('/');
  if (levels.length < 4) {
    return refuse(
      'bad_topic',
      `the topic has ${levels.length} levels after plants/, too few. Publish on ${GRAMMAR}.`,
    );
  }
  if (levels.length > 5) {
    return refuse(
      'bad_topic',
      `the topic has ${levels.length} levels after plants/, too many. Publish on ${GRAMMAR}; join deeper names with ".".`,
    );
  }
  for (const level of levels) {
    if (!isName(level)) return refuse('bad_name', `the topic level ${show(level)} is no name. ${NAME_HINT}`);
  }
  const [site = '', area = '', line = '', machine = ''] = levels;
  if (machine !== ORDER_TOPIC_LEVEL) {
    return { ok: true, value: { kind: levels.length === 5 ? 'signal' : 'machine', path } };
  }
  if (levels.length === 4) return { ok: true, value: { kind: 'order', site, area, line } };
  return refuse(
    'bad_name',
    '"order" is reserved for production orders and is no machine\'s name. Give the machine another name.',
  );
}

const NAME_HINT = 'A name has 1 to 100 printable characters without "+" and "#".';

/** Reads a signal's name from a key of "values"; "/" in it becomes ".". */
export function readSignalName(key: string): Read<string> {
  const name = key.replaceAll('/', '.');
  if (isName(name)) return { ok: true, value: name };
  return refuse('bad_name', `the signal name ${show(key)} cannot be kept. ${NAME_HINT}`);
}

/** Names of values repeat too: those found good are remembered, so each is checked against the schema once. */
const goodNames = new Set<string>();

/** Whether a text may name a level of the equipment. */
export function isName(text: string): boolean {
  if (goodNames.has(text)) return true;
  if (!slugSchema.safeParse(text).success || !isStorableText(text)) return false;
  if (goodNames.size >= MAX_REMEMBERED) goodNames.clear();
  goodNames.add(text);
  return true;
}
