import type { Chooser } from './chooser.ts';

export type TopicKind = 'signal' | 'machine' | 'order';

/** Few names, so that most are known after a while and the hourly bound on new ones is met, not lived in. */
const SITES = ['ulm', 'Ulm', 'ULM', 'porto', 'u\u0308lm', '😀'] as const;
const LEVELS = [
  'hall',
  'line',
  'press',
  'Press',
  'a.b',
  ' ',
  '..',
  '%2f',
  '$SYS',
  'constructor',
  '__proto__',
] as const;
const BAD_LEVELS = [
  '',
  '+',
  '#',
  'a+b',
  'a#',
  '\u0000',
  'a\u0000',
  '\u0007',
  '\ufffd',
  '\u0085',
  '\ud83d',
] as const;

/** A topic that could be one of ours. */
export function plainTopic(c: Chooser, kind: TopicKind): string {
  const place = `plants/${c.pick(SITES)}/${c.pick(LEVELS)}/${c.pick(LEVELS)}`;
  if (kind === 'order') return `${place}/order`;
  const machine = `${place}/${c.pick(LEVELS)}`;
  return kind === 'machine' ? machine : `${machine}/${c.pick(LEVELS)}`;
}

/** A topic that is wrong in one place, or that only a careless broker would pass on. */
export function spoiltTopic(c: Chooser): string {
  const levels = plainTopic(c, 'signal').split('/');
  const at = c.int(levels.length);
  switch (c.int(8)) {
    case 0:
      levels[at] = c.pick(BAD_LEVELS);
      break;
    case 1:
      levels[at] = (levels[at] ?? '') + 'x'.repeat(100);
      break;
    case 2:
      levels[at] = 'n'.repeat(64 * 1024 - 100);
      break;
    case 3:
      levels.splice(at, 1 + c.int(3));
      break;
    case 4:
      levels.push(...c.some(1, 200, () => 'deep'));
      break;
    case 5:
      levels[4] = 'order';
      break;
    case 6:
      return c.pick([
        '',
        '/',
        '//',
        'plants',
        'plants/',
        'plants////',
        'plants/+/#',
        'PLANTS/a/b/c/d',
        '$SYS/broker/uptime',
      ]);
    default:
      levels[0] = c.pick(['Plants', 'plant', 'sentia', 'notes', '', 'plants ']);
  }
  return levels.join('/');
}
