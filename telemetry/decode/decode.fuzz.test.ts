import { expect, test } from 'vitest';
import { refusalReasonSchema } from '../../contracts/api/dead-letters.ts';
import { slugSchema } from '../../contracts/slug.ts';
import { createChooser } from '../../tests/support/hostile/chooser.ts';
import { hostileMessage } from '../../tests/support/hostile/hostile-message.ts';
import { seededRandom } from '../../tests/support/seeded-random.ts';
import { decode } from './decode.ts';
import type { Decoded } from './decoded.ts';
import { isStorableText } from './storable-text.ts';

const PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\u0000',
    ' ',
    '-',
    '.',
    'e5',
    '1',
    '12345678901234567890',
    'NaN',
    'Infinity',
  ],
  ...[
    'null',
    'true',
    '"value"',
    '"at"',
    '"values"',
    '"unit"',
    '"quality"',
    '"good"',
    '"bad"',
    '"a/b"',
    '"__proto__"',
    '1e309',
  ],
  ...[
    '"2026-11-20T10:00:00Z"',
    '1763640000',
    '{"value":1}',
    '{"values":{"a":1}}',
    '"\\ud83d"',
    'ü',
    '😀',
    '+',
    '#',
  ],
];
const TOPICS = [
  'plants/a/b/c/d/e',
  'plants/a/b/c/d',
  'plants/a/b/c/order',
  'plants/a/b',
  'plants/a/b/c/d/e/f',
  'spBv1.0/x',
  'plants/a//c/d/e',
  '',
];

function expectAccounted(decoded: Decoded, input: string): void {
  const parts = decoded.readings.length + decoded.orders.length + decoded.refusals.length;
  expect(parts, `nothing came of ${input}`).toBeGreaterThan(0);
  for (const reading of decoded.readings) {
    for (const slug of reading.path.split('/')) expect(slugSchema.safeParse(slug).success, input).toBe(true);
    if (reading.value === null) expect(reading.quality, input).not.toBe('good');
    if (typeof reading.value === 'number') expect(Number.isFinite(reading.value), input).toBe(true);
    if (typeof reading.value === 'string') expect(isStorableText(reading.value), input).toBe(true);
  }
  for (const refusal of decoded.refusals) {
    expect(refusalReasonSchema.safeParse(refusal.reason).success, input).toBe(true);
    expect(isStorableText(refusal.detail), input).toBe(true);
  }
}

test('no payload out of 6,000 random ones throws, and each comes to a reading, an order or a refusal', () => {
  const random = seededRandom(20261120);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  for (let i = 0; i < 4000; i++) {
    const payload = Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(PIECES)).join('');
    const topic = pick(TOPICS) ?? '';
    const decoded = decode({ topic, payload: Buffer.from(payload), receivedAtMs: Date.UTC(2026, 10, 20) });
    expectAccounted(decoded, `${topic} ${JSON.stringify(payload)}`);
  }
  for (let i = 0; i < 2000; i++) {
    const payload = Uint8Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * 256));
    expectAccounted(decode({ topic: TOPICS[0] ?? '', payload, receivedAtMs: 0 }), payload.join(' '));
  }
});

test('of 10,000 hostile messages each comes to something, and the readings between hostile ones are read', () => {
  const chooser = createChooser(20261120);
  const receivedAtMs = Date.UTC(2026, 10, 20);
  let number = 0;
  for (let i = 0; i < 10_000; i++) {
    const { topic, payload, neighbours } = hostileMessage(chooser, receivedAtMs, () => number++);
    const decoded = decode({ topic, payload, receivedAtMs });
    const input = `message ${i}: ${topic.slice(0, 100)} ${Buffer.from(payload).toString().slice(0, 1_000)}`;
    expectAccounted(decoded, input);
    for (const neighbour of neighbours) {
      const same = decoded.readings.filter(
        ({ path, value, atMicros }) =>
          path === neighbour.path && value === neighbour.value && atMicros === neighbour.atMicros,
      );
      expect(same, input).toHaveLength(1);
    }
  }
});

test('an array nested 100,000 deep is refused, not fatal', () => {
  const depth = 100_000;
  const payload = Buffer.from('['.repeat(depth) + '12345678901234567890' + ']'.repeat(depth));
  expectAccounted(decode({ topic: 'plants/a/b/c/d/e', payload, receivedAtMs: 0 }), 'a deep array');
});
