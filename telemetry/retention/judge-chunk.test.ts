import { expect, test } from 'vitest';
import type { Chunk } from '../chunks/chunks.ts';
import { judgeChunk } from './judge-chunk.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 20);

function chunk(over: Partial<Chunk>): Chunk {
  const fromMs = NOW - 100 * DAY_MS;
  const base = { tier: 'reading', fromMs, toMs: fromMs + DAY_MS, lastWriteMs: fromMs + DAY_MS } as const;
  return { ...base, rolledUp: true, closed: false, ...over };
}

test.each([
  ['old, rolled up and long not written goes', {}, 'goes'],
  ['closed already is not judged again', { closed: true }, 'closed'],
  ['of 89 days stays', { toMs: NOW - 89 * DAY_MS }, 'young'],
  ['old but imported last month stays', { lastWriteMs: NOW - 30 * DAY_MS }, 'written lately'],
  ['not rolled up stays, however old', { rolledUp: false }, 'not rolled up'],
  ['of minutes stays for 180 days', { tier: 'reading_1m' }, 'young'],
  ['of days stays for seven years', { tier: 'reading_1d' }, 'young'],
] as const)('a chunk that is %s', (_, over, verdict) => {
  expect(judgeChunk(chunk(over), NOW)).toBe(verdict);
});
