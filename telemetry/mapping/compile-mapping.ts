import { ORDER_TOPIC_LEVEL } from '../../contracts/order.ts';
import {
  MAPPED_LEVELS,
  topicMappingSchema,
  type MappedLevel,
  type MappingPattern,
} from '../../contracts/topic-mapping.ts';
import { isName } from '../decode/read-topic.ts';
import { compileFields, type Fields } from './compile-fields.ts';

/** A topic that a pattern matches: where it stands, and where its payload has what. */
export interface MappedTopic {
  pattern: string;
  place: Partial<Record<MappedLevel, string>>;
  /** null where the payload has one of the plain forms. */
  fields: Fields | null;
}

export interface TopicMapping {
  /** What the broker is to be asked for. */
  filters: readonly string[];
  match(topic: string): MappedTopic | null;
}

interface Compiled {
  name: string;
  levels: readonly string[];
  constants: Partial<Record<MappedLevel, string>>;
  fields: Fields | null;
}

const PLACEHOLDER = /^\{(site|area|line|machine|signal)\}$/;
const RESERVED = ['plants', 'spBv1.0', 'sentia'];
const MAX_REMEMBERED = 20_000;

/** Compiles the file's patterns. @returns one line for each mistake in it. */
export function compileMapping(
  file: unknown,
): { ok: true; mapping: TopicMapping } | { ok: false; lines: string[] } {
  const parsed = topicMappingSchema.safeParse(file);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${placeOf(issue.path)}${issue.message}.`);
    return { ok: false, lines };
  }
  const lines: string[] = [];
  const compiled: Compiled[] = [];
  for (const pattern of parsed.data.patterns) {
    const result = compilePattern(pattern);
    if (typeof result === 'string') lines.push(`The pattern "${pattern.name}" ${result}.`);
    else compiled.push(result);
  }
  for (const [i, one] of compiled.entries()) {
    for (const other of compiled.slice(i + 1)) {
      if (one.name === other.name)
        lines.push(`Two patterns are called "${one.name}". Give each its own name.`);
      const both = topicOfBoth(one.levels, other.levels);
      if (both !== null)
        lines.push(
          `The patterns "${one.name}" and "${other.name}" overlap: both match ${both}. Make one narrower.`,
        );
    }
  }
  return lines.length > 0 ? { ok: false, lines } : { ok: true, mapping: createMapping(compiled) };
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `;
}

function compilePattern(pattern: MappingPattern): Compiled | string {
  const { name, topic, constants } = pattern;
  const levels = topic.split('/');
  const named = levels.flatMap((level) => PLACEHOLDER.exec(level)?.[1] ?? []);
  if (RESERVED.includes(levels[0] ?? '') || topic.startsWith('$'))
    return `is for ${levels[0]}/…, which has a meaning of its own. Patterns are for other topics`;
  if (levels[0] === '+' || PLACEHOLDER.test(levels[0] ?? ''))
    return 'would match every topic: its first level must be a word of its own';
  const wrong = levels.find(
    (level) => !PLACEHOLDER.test(level) && level !== '+' && (!isName(level) || /[{}]/.test(level)),
  );
  if (wrong !== undefined)
    return `has the topic level "${wrong}". A level is a name, "+", or one of ${MAPPED_LEVELS.map((level) => `{${level}}`).join(' ')}`;
  for (const level of MAPPED_LEVELS) {
    const times = named.filter((one) => one === level).length;
    const constant = constants[level];
    if (times > 1) return `names {${level}} ${times} times`;
    if (times === 1 && constant !== undefined) return `names {${level}} in its topic and among its constants`;
    if (times === 0 && constant === undefined && level !== 'signal')
      return `does not say the ${level}: put {${level}} into its topic, or a name into "constants"`;
    if (
      constant !== undefined &&
      (!isName(constant) || (level === 'machine' && constant === ORDER_TOPIC_LEVEL))
    )
      return `has the constant ${level} "${constant}", which is no name for one`;
  }
  const fields = compileFields(pattern, named.includes('signal') || constants.signal !== undefined);
  if (typeof fields === 'string') return fields;
  const given = MAPPED_LEVELS.flatMap((level) => {
    const constant = constants[level];
    return constant === undefined ? [] : [[level, constant] as const];
  });
  return { name, levels, constants: Object.fromEntries(given), fields };
}

/** @returns a topic that both match, null when there is none. */
function topicOfBoth(a: readonly string[], b: readonly string[]): string | null {
  if (a.length !== b.length) return null;
  const levels = a.map((level, i) => {
    const other = b[i] ?? '';
    if (isOpen(level)) return isOpen(other) ? 'x' : other;
    return isOpen(other) || level === other ? level : null;
  });
  return levels.includes(null) ? null : levels.join('/');
}

function isOpen(level: string): boolean {
  return level === '+' || PLACEHOLDER.test(level);
}

/** Patterns by their first level and length; no two match the same topic. Topics repeat: what they match is remembered. */
function createMapping(patterns: readonly Compiled[]): TopicMapping {
  const byShape = new Map<string, Compiled[]>();
  for (const pattern of patterns) {
    const shape = `${pattern.levels.length} ${pattern.levels[0]}`;
    byShape.set(shape, [...(byShape.get(shape) ?? []), pattern]);
  }
  const known = new Map<string, MappedTopic>();
  const filters = patterns.map(({ levels }) =>
    levels.map((level) => (isOpen(level) ? '+' : level)).join('/'),
  );
  return {
    filters: [...new Set(filters)],
    match: (topic) => {
      const remembered = known.get(topic);
      if (remembered !== undefined) return remembered;
      const levels = topic.split('/');
      const candidates = byShape.get(`${levels.length} ${levels[0]}`) ?? [];
      const pattern = candidates.find((one) =>
        one.levels.every((level, i) => isOpen(level) || level === levels[i]),
      );
      if (pattern === undefined) return null;
      const mapped = mappedTopic(pattern, levels);
      if (known.size >= MAX_REMEMBERED) known.clear();
      known.set(topic, mapped);
      return mapped;
    },
  };
}

function mappedTopic({ name, levels, constants, fields }: Compiled, given: readonly string[]): MappedTopic {
  const place: MappedTopic['place'] = { ...constants };
  for (const [i, level] of levels.entries()) {
    const placeholder = MAPPED_LEVELS.find((one) => level === `{${one}}`);
    if (placeholder !== undefined) place[placeholder] = given[i] ?? '';
  }
  return { pattern: name, place, fields };
}
