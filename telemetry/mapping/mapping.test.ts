import { expect, test } from 'vitest';
import { allTopics } from './all-topics.ts';
import { compileMapping, type TopicMapping } from './compile-mapping.ts';
import { createDecode } from './create-decode.ts';

const RECEIVED_AT_MS = Date.UTC(2026, 10, 20, 12);
const AT = '2026-11-20T11:00:00Z';
const TOPIC = 'factory/lindau/line-1/press/telemetry';
const BASE = { name: 'p', topic: 'factory/{site}/{line}/{machine}/telemetry', constants: { area: 'hall-1' } };

function compile(...patterns: object[]): TopicMapping {
  const compiled = compileMapping({ patterns });
  if (!compiled.ok) throw new Error(compiled.lines.join('\n'));
  return compiled.mapping;
}
function read(pattern: object, payload: unknown, topic = TOPIC) {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const decode = createDecode(compile({ ...BASE, ...pattern }));
  return decode({ topic, payload: Buffer.from(text), receivedAtMs: RECEIVED_AT_MS });
}
const short = (pattern: object, payload: unknown, topic?: string) =>
  read(pattern, payload, topic).readings.map(({ path, value, unit, quality, atMicros }) => [
    path.replace('lindau/hall-1/line-1/press/', ''),
    value,
    unit,
    quality,
    atMicros === null ? null : new Date(atMicros / 1000).toISOString(),
  ]);

test('a topic of another shape with a plain payload needs no field paths', () => {
  expect(short({}, { at: AT, values: { t: 1 } })).toEqual([
    ['t', 1, null, 'good', '2026-11-20T11:00:00.000Z'],
  ]);
  const signal = { topic: 'factory/{site}/{line}/{machine}/{signal}' };
  expect(short(signal, '71.2', 'factory/lindau/line-1/press/t')).toEqual([['t', 71.2, null, 'good', null]]);
});

test('a path for each signal, with time, quality and units; what a message does not carry is left out', () => {
  const pattern = {
    time: 'header.ts',
    quality: 'ok',
    values: { temperature: 'data.temperature', state: 'data["machine state"]', missing: 'data.x' },
    units: { temperature: '°C' },
  };
  const payload = { header: { ts: AT }, ok: true, data: { temperature: 71.2, 'machine state': 'running' } };
  expect(short(pattern, payload)).toEqual([
    ['temperature', 71.2, 'Cel', 'good', '2026-11-20T11:00:00.000Z'],
    ['state', 'running', null, 'good', '2026-11-20T11:00:00.000Z'],
  ]);
  expect(read(pattern, { data: {} }).refusals).toMatchObject([{ reason: 'bad_shape', excerpt: null }]);
  expect(short(pattern, [payload, payload])).toHaveLength(4);
});

test('a list of names and values, each with its own time, unit and quality as OPC gives it', () => {
  const pattern = {
    time: 'metrics[*].timestamp',
    unit: 'metrics[*].unit',
    quality: 'metrics[*].q',
    values: 'metrics[*].name/value',
  };
  const metrics = [
    { name: 'axis/1', value: 5, unit: 'kPa', timestamp: AT, q: 192 },
    { name: 'p', value: null, q: 0 },
    { name: 7, value: 1 },
    { name: 'bad', value: [1] },
  ];
  expect(short(pattern, { metrics })).toEqual([
    ['axis.1', 5, 'kPa', 'good', '2026-11-20T11:00:00.000Z'],
    ['p', null, null, 'bad', null],
  ]);
  expect(read(pattern, { metrics }).refusals.map(({ reason, element }) => [reason, element])).toEqual([
    ['bad_name', 2 * 2 ** 20],
    ['bad_value', 3 * 2 ** 20],
  ]);
  expect(read(pattern, { metrics: 5 }).refusals).toMatchObject([{ reason: 'bad_shape' }]);
  expect(read(pattern, { metrics: [] }).refusals).toMatchObject([{ reason: 'bad_shape' }]);
});

test('a list at the root, all members of an object, and one value whose signal the topic names', () => {
  expect(
    short({ values: '[*].n/v' }, [
      { n: 'a', v: 1 },
      { n: 'b', v: 2 },
    ]).map(([name]) => name),
  ).toEqual(['a', 'b']);
  expect(
    short({ time: 't', values: 'data.*' }, { t: AT, data: { a: 1, b: { value: 2, unit: 'bar' } } }),
  ).toEqual([
    ['a', 1, null, 'good', '2026-11-20T11:00:00.000Z'],
    ['b', 2, 'bar', 'good', '2026-11-20T11:00:00.000Z'],
  ]);
  const one = {
    constants: { area: 'hall-1', signal: 'count' },
    values: 'payload[0].count',
    time: 'payload[0].ts',
  };
  expect(short(one, { payload: [{ count: 9, ts: AT }] })).toEqual([
    ['count', 9, null, 'good', '2026-11-20T11:00:00.000Z'],
  ]);
});

test('a message on a topic that no pattern matches, or that is not JSON, is refused', () => {
  expect(read({}, '1', 'factory/other').refusals).toMatchObject([{ reason: 'bad_topic' }]);
  expect(read({ values: 'data.*' }, 'nonsense').refusals).toMatchObject([{ reason: 'not_json' }]);
  expect(read({}, '{}', 'factory/lindau/line-1/order/telemetry').refusals).toMatchObject([
    { reason: 'bad_name' },
  ]);
});

test('plain topics are read as without a mapping', () => {
  const decode = createDecode(compile(BASE));
  const message = { topic: 'plants/s/a/l/m/t', payload: Buffer.from('1'), receivedAtMs: RECEIVED_AT_MS };
  expect(decode(message).readings).toMatchObject([{ path: 's/a/l/m/t', value: 1 }]);
});

test.each([
  { name: 'no file of ours', file: [], says: /expected object/ },
  { name: 'an unknown key', file: { patterns: [{ ...BASE, tpic: 1 }] }, says: /patterns\.0: .*tpic/ },
  {
    name: 'a level twice',
    file: { patterns: [{ ...BASE, topic: 'f/{site}/{site}/{line}/{machine}' }] },
    says: /names \{site\} 2 times/,
  },
  {
    name: 'a level in topic and constants',
    file: { patterns: [{ ...BASE, constants: { area: 'a', line: 'l' } }] },
    says: /names \{line\} in its topic and among its constants/,
  },
  {
    name: 'a level that is nowhere',
    file: { patterns: [{ ...BASE, constants: {} }] },
    says: /does not say the area/,
  },
  {
    name: 'an unparsable topic',
    file: { patterns: [{ ...BASE, topic: 'f/{sit}/{line}/{machine}' }] },
    says: /has the topic level "\{sit\}"/,
  },
  {
    name: 'a wildcard for the rest',
    file: { patterns: [{ ...BASE, topic: 'f/{site}/{line}/{machine}/#' }] },
    says: /has the topic level "#"/,
  },
  {
    name: "Sentia's own topics",
    file: { patterns: [{ ...BASE, topic: 'plants/{site}/{line}/{machine}' }] },
    says: /has a meaning of its own/,
  },
  {
    name: 'every topic',
    file: { patterns: [{ ...BASE, topic: '{site}/{line}/{machine}' }] },
    says: /would match every topic/,
  },
  {
    name: 'an unparsable path',
    file: { patterns: [{ ...BASE, values: { t: 'a..b' } }] },
    says: /the path of "t" is "a\.\.b"/,
  },
  {
    name: 'one path without a signal',
    file: { patterns: [{ ...BASE, values: 'data.t' }] },
    says: /must name \{signal\}/,
  },
  {
    name: 'signals in topic and payload',
    file: { patterns: [{ ...BASE, topic: 'f/{site}/{line}/{machine}/{signal}', values: 'data.*' }] },
    says: /name \{signal\} already/,
  },
  {
    name: 'a time in another list',
    file: { patterns: [{ ...BASE, values: 'a[*].n/v', time: 'b[*].t' }] },
    says: /goes through another list/,
  },
  {
    name: 'a time without values',
    file: { patterns: [{ ...BASE, time: 't' }] },
    says: /has "time" but no "values"/,
  },
  {
    name: 'the unit of no signal',
    file: { patterns: [{ ...BASE, values: { t: 't' }, units: { p: 'bar' } }] },
    says: /"units" names "p"/,
  },
  {
    name: 'patterns that overlap',
    file: {
      patterns: [
        BASE,
        {
          ...BASE,
          name: 'q',
          topic: 'factory/lindau/{line}/{machine}/{signal}',
          constants: { site: 'x', area: 'y' },
        },
      ],
    },
    says: /"p" and "q" overlap: both match factory\/lindau\/x\/x\/telemetry/,
  },
])('a mapping with $name is refused in one line', ({ file, says }) => {
  const compiled = compileMapping(file);
  expect(compiled.ok ? [] : compiled.lines).toEqual([expect.stringMatching(says)]);
});

test('patterns that differ in one level do not overlap, and each takes its own', () => {
  const mapping = compile(BASE, { ...BASE, name: 'q', topic: 'factory/{site}/{line}/{machine}/state' });
  expect(mapping.match(TOPIC)?.pattern).toBe('p');
  expect(mapping.match('factory/a/b/c/state')?.pattern).toBe('q');
  expect(mapping.match('factory/a/b/c/other')).toBeNull();
});

test('mapped topics are subscribed to beside those of the settings, once, and shared where those are', () => {
  const { filters } = compile(BASE);
  expect(filters).toEqual(['factory/+/+/+/telemetry']);
  expect(allTopics(['plants/#'], filters)).toEqual(['plants/#', 'factory/+/+/+/telemetry']);
  expect(allTopics(['plants/#', 'factory/#'], filters)).toEqual(['plants/#', 'factory/#']);
  expect(allTopics(['factory/lindau/#'], filters)).toHaveLength(2);
  expect(allTopics(['$share/g/plants/#'], filters)[1]).toBe('$share/g/factory/+/+/+/telemetry');
});
