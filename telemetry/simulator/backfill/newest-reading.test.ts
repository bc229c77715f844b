import { expect, test } from 'vitest';
import type { LatestItem } from '../../../contracts/api/equipment.ts';
import { createFakeClock } from '../../../tests/support/fake-clock.ts';
import { choosePasses } from './choose-passes.ts';
import { newestReading } from './newest-reading.ts';
import type { Pass } from './pass.ts';

const item = (at: string | null): LatestItem => ({
  site: 'porto',
  area: 'machining',
  line: 'cell-1',
  machine: 'saw',
  signalId: 1,
  signal: 'speed',
  unit: null,
  at,
  value: 1,
  quality: 'good',
  stale: false,
  ageMs: 1,
});
const json = (body: unknown, status = 200) => Response.json(body, { status });

/** Answers the asks one after the other, the last one again and again. */
async function ask(...answers: (Response | Error)[]) {
  const clock = createFakeClock();
  const urls: string[] = [];
  let settled = false;
  const asked = newestReading('porto', {
    apiUrl: 'http://127.0.0.1:3000/api/v1',
    clock,
    untilMs: clock.now() + 2_000,
    fetch: async (url) => {
      urls.push(url instanceof Request ? url.url : url.toString());
      const answer = answers[Math.min(urls.length, answers.length) - 1];
      if (answer instanceof Error || answer === undefined) throw answer ?? new Error('no answer');
      return Promise.resolve(answer.clone());
    },
  }).finally(() => (settled = true));
  while (!settled) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(250);
  }
  return { newest: await asked, urls };
}

test('the newest of all readings of the site counts', async () => {
  const items = [item('2026-11-20T11:00:00.000Z'), item(null), item('2026-11-20T11:59:58.700Z')];
  const { newest, urls } = await ask(json({ items, next: null }));
  expect(newest).toEqual({ kind: 'at', atS: Date.UTC(2026, 10, 20, 11, 59, 58) / 1000 });
  expect(urls).toEqual(['http://127.0.0.1:3000/api/v1/signals/latest?site=porto&limit=1000']);
});

test.each([
  ['a site that nobody knows', json({ title: 'not found' }, 404)],
  ['a site without signals', json({ items: [], next: null })],
])('%s has nothing stored', async (_name, answer) => {
  expect((await ask(answer)).newest).toEqual({ kind: 'none' });
});

test('an API that is not up yet is asked again until it answers', async () => {
  const { newest, urls } = await ask(
    new TypeError('fetch failed'),
    json({}, 503),
    json({ items: [], next: null }),
  );
  expect(newest).toEqual({ kind: 'none' });
  expect(urls).toHaveLength(3);
});

test.each([
  ['never answers', new TypeError('fetch failed')],
  ['has signals without readings', json({ items: [item(null)], next: null })],
  ['answers something else', json('hello')],
])('an API that %s leaves it unknown, after a while', async (_name, answer) => {
  const { newest, urls } = await ask(answer);
  expect(newest.kind).toBe('unknown');
  expect(urls.length).toBeGreaterThan(5);
});

const NOW_S = 1_000_000;
const left: Pass = { site: 'porto', density: 'minutes', pace: 'slow', fromS: 0, toS: 500, remainingToS: 300 };
const shape = (passes: Pass[]) => passes.map(({ density, pace }) => `${density} ${pace}`);

test('nothing stored makes a new beginning, whatever an earlier run of another database left', () => {
  expect(shape(choosePasses('porto', { kind: 'none' }, [left], NOW_S))).toEqual([
    'minutes fast',
    'between slow',
    'minutes slow',
  ]);
});

test('something stored fills the gap since and goes on with what was left of this site', () => {
  const passes = choosePasses(
    'porto',
    { kind: 'at', atS: NOW_S - 60 },
    [left, { ...left, site: 'lindau' }],
    NOW_S,
  );
  expect(shape(passes)).toEqual(['seconds fast', 'minutes slow']);
  expect(passes[0]).toMatchObject({ fromS: NOW_S - 65, toS: NOW_S });
});

test('a reading from the future makes no gap that ends before it begins', () => {
  for (const { fromS, toS } of choosePasses('porto', { kind: 'at', atS: NOW_S + 90 }, [], NOW_S))
    expect(fromS).toBeLessThan(toS);
});

test('not knowing what is stored tells the last day again', () => {
  const passes = choosePasses('porto', { kind: 'unknown', detail: '' }, [left], NOW_S);
  expect(Math.min(...passes.filter((pass) => pass.pace === 'fast').map((pass) => pass.fromS))).toBe(
    NOW_S - 86_400,
  );
});
