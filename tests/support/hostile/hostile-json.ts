import type { Chooser } from './chooser.ts';

// Pieces of messages as JSON text, so that duplicate keys, NaN and long integers reach the reader as written. Each piece
// is one element: it may spoil itself, and must leave its neighbours in the same array or object alone.

const VALUES = [
  ...['1', '-0', '0.1', '1e5', '-1e-400', '1e308', '1e309', '-1e999', '1.0', '5e-324'],
  ...['9007199254740992', '9007199254740993', '-12345678901234567890', '12345678901234567890123456789'],
  ...['NaN', 'Infinity', '-Infinity', 'null', 'true', 'false', '""', '" "', '"NaN"', '"1,5"', '"007"'],
  ...[
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud83d"',
    '"\\udc00 lone"',
    '"😀"',
    '"ü\\u0301"',
    '"\\u202e rtl"',
    '"\\ufeff"',
  ],
  ...['[]', '{}', '[1]', '{"value":1}', '{"__proto__":1}', '{"toString":null}', '[[[]]]', '[null]'],
  ...[`"'; DROP TABLE telemetry.reading; --"`, '"\\\\"', '"\\""', '"{}"', '"$1"', '"\\r\\n"'],
];
const QUALITIES = [
  '"good"',
  '"BAD"',
  '"uncertain"',
  '"Good"',
  '"stale"',
  '""',
  '1',
  'null',
  '[]',
  'true',
] as const;
const UNITS = [
  '"Cel"',
  '"[degF]"',
  '"K"',
  '"kPa"',
  '"no unit"',
  '""',
  '1',
  'null',
  '{}',
  '"\\u0007"',
  '"µm"',
] as const;
const EXTRA_KEYS = ['__proto__', 'constructor', 'hasOwnProperty', 'Value', 'VALUE', 'ts', ''] as const;
const NAMES = [
  ...['temperature', 'Temperature', 'TEMPERATURE', 'a/b', 'a.b', '__proto__', 'constructor', 'valueOf', ''],
  ...[
    '+',
    '#',
    'a+b',
    ' ',
    'state',
    'reason',
    'order',
    '\\u0000',
    '\\ud83d',
    '😀',
    'ü',
    'u\\u0308',
    '..',
    '%2f',
  ],
] as const;

const DAY_MS = 86_400_000;
const EARLIEST_MS = Date.UTC(2025, 0, 1);

function valueText(c: Chooser): string {
  if (c.chance(0.01)) return deep(c.int(3_000));
  if (c.chance(0.01)) return JSON.stringify('x'.repeat(16_380 + c.int(10)));
  if (c.chance(0.02)) return nested(c, 1 + c.int(60));
  return c.chance(0.3) ? String((c.int(2_000_000) - 1_000_000) / 7) : c.pick(VALUES);
}

function deep(depth: number): string {
  return `${'['.repeat(depth)}1${']'.repeat(depth)}`;
}

/** Arrays and objects in each other, closed as they were opened. */
function nested(c: Chooser, depth: number): string {
  if (depth === 0) return c.pick(VALUES);
  return c.chance(0.5) ? `[${nested(c, depth - 1)}]` : `{"value":${nested(c, depth - 1)}}`;
}

/** Times of all kinds; those that hold fall on few days, as every day costs a chunk. */
function timeText(c: Chooser, nowMs: number): string {
  const ms = EARLIEST_MS + c.int(20) * DAY_MS + c.int(DAY_MS);
  const iso = new Date(ms).toISOString();
  return c.pick([
    ...[`"${iso}"`, `"${iso.slice(0, 10)}"`, `"${iso.slice(0, 19)}"`, `"${iso.slice(0, 19)}+02:00"`],
    ...[
      String(ms / 1000),
      String(ms),
      `${ms}123`,
      `${ms}123456`,
      `"${ms}"`,
      `${ms}.5`,
      `"${iso.slice(0, 23)}456789Z"`,
    ],
    ...[
      String(nowMs + DAY_MS),
      String(nowMs + 299_000),
      '0',
      '-1',
      '1',
      '946684799',
      '"1999-12-31T23:59:59Z"',
    ],
    ...[
      '"2026-02-30T00:00:00Z"',
      '"2026-13-01"',
      '"25:00"',
      '"now"',
      '""',
      'null',
      'true',
      '{}',
      '[]',
      'NaN',
      '1e309',
    ],
    ...[
      '99999999999999999999999',
      '-99999999999999999999999',
      '"2025-06-30T23:59:60Z"',
      '"2025-01-01T00:00:00+19:00"',
    ],
    ...[
      '"٢٠٢٥-01-01"',
      '"2025-W01-1"',
      '"Wed Jan 01 2025"',
      '"2025-01-01T00:00:00Z\\u0000"',
      '8.64e15',
      '8.65e15',
    ],
  ]);
}

/** One element of a signal's topic. */
export function signalElement(c: Chooser, nowMs: number): string {
  if (c.chance(0.3)) return valueText(c);
  const fields = c.some(0, 5, () => {
    const kind = c.int(10);
    if (kind < 4) return `"value":${valueText(c)}`;
    if (kind < 6) return `"at":${timeText(c, nowMs)}`;
    if (kind < 7) return `"quality":${c.pick(QUALITIES)}`;
    if (kind < 8) return `"unit":${c.pick(UNITS)}`;
    return `"${c.pick(EXTRA_KEYS)}":${c.pick(VALUES)}`;
  });
  return `{${fields.join(',')}}`;
}

/** The names and values of a machine's message: an object's inside. */
export function namedValues(c: Chooser, nowMs: number): string[] {
  return c.some(0, 6, () => `"${nameText(c)}":${signalElement(c, nowMs)}`);
}

/** One element of a machine's topic. */
export function machineElement(c: Chooser, nowMs: number): string {
  const values = c.chance(0.1) ? valueText(c) : `{${namedValues(c, nowMs).join(',')}}`;
  const at = c.chance(0.5) ? `"at":${timeText(c, nowMs)},` : '';
  return `{${at}"values":${values}}`;
}

export function orderElement(c: Chooser, nowMs: number): string {
  const text = () => c.pick(['"4711"', '"lid"', '""', `"${'x'.repeat(101)}"`, '1', 'null', '"\\u0000"']);
  const number = () => c.pick(['500', '0', '-1', '1e309', 'NaN', '"5"', 'null', '12.5']);
  const fields = [
    `"order":${c.chance(0.5) ? `"${c.int(20)}"` : text()}`,
    `"product":${c.chance(0.5) ? '"lid"' : text()}`,
    `"quantity":${number()}`,
    `"plannedFrom":${timeText(c, nowMs)}`,
    `"plannedTo":${c.chance(0.6) ? '"2026-11-21T14:00:00Z"' : timeText(c, nowMs)}`,
    `"idealCycleS":${number()}`,
  ];
  return `{${fields.filter(() => c.chance(0.95)).join(',')}}`;
}

function nameText(c: Chooser): string {
  if (c.chance(0.01)) return 'n'.repeat(64 * 1024);
  return c.chance(0.02) ? 'n'.repeat(99 + c.int(3)) : c.pick(NAMES);
}
