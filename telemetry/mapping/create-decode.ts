import { ORDER_TOPIC_LEVEL } from '../../contracts/order.ts';
import { decode, decodeNamed, notJson, readText, refusedWhole } from '../decode/decode.ts';
import type { Decoded } from '../decode/decoded.ts';
import { parseJson } from '../decode/parse-json.ts';
import { isName, PLAIN_ROOT, SPARKPLUG_ROOT } from '../decode/read-topic.ts';
import { show } from '../decode/show.ts';
import type { MappedTopic, TopicMapping } from './compile-mapping.ts';
import { readFields } from './read-fields.ts';

// Reads messages of the customer's own topics by the mapping, all others as they are. It must never slow plain topics
// down: they are told by their first letters alone.

type Message = Parameters<typeof decode>[0];

/** @returns how messages are read; without a mapping the plain forms alone. */
export function createDecode(mapping: TopicMapping | null): (message: Message) => Decoded {
  if (mapping === null) return decode;
  return (message) => {
    const { topic } = message;
    if (topic.startsWith(PLAIN_ROOT) || topic.startsWith(SPARKPLUG_ROOT)) return decode(message);
    const mapped = mapping.match(topic);
    if (mapped !== null) return decodeMapped(message, mapped);
    return refusedWhole(
      'bad_topic',
      `the topic ${show(topic)} begins with neither plants/ nor spBv1.0/, and no pattern of SENTIA_MAPPING matches it.`,
    );
  };
}

function decodeMapped(message: Message, mapped: MappedTopic): Decoded {
  const { site = '', area = '', line = '', machine = '', signal } = mapped.place;
  const bad = Object.values(mapped.place).find((level) => !isName(level));
  if (bad !== undefined) return refusedWhole('bad_name', `the topic level ${show(bad)} is no name.`);
  if (machine === ORDER_TOPIC_LEVEL)
    return refusedWhole('bad_name', '"order" is reserved for production orders and is no machine\'s name.');
  const path = `${site}/${area}/${line}/${machine}`;
  return { ...readPayload(message, mapped, path, signal ?? null), site };
}

function readPayload(
  message: Message,
  { fields, pattern }: MappedTopic,
  path: string,
  signal: string | null,
): Decoded {
  if (fields === null) {
    const named =
      signal === null
        ? { kind: 'machine' as const, path }
        : { kind: 'signal' as const, path: `${path}/${signal}` };
    return decodeNamed(named, message);
  }
  const text = readText(message.payload);
  if (!text.ok) return refusedWhole(text.reason, text.detail);
  const json = parseJson(text.value);
  if (json === null)
    return refusedWhole('not_json', `${notJson(text.value, 'JSON')} The pattern "${pattern}" reads JSON.`);
  return readFields({ json, machine: path, signal, receivedAtMs: message.receivedAtMs }, fields);
}
