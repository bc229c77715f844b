import { expect, test } from 'vitest';
import { readingsQuerySchema } from '../../contracts/api/readings.ts';
import { parseQuery } from './parse-query.ts';

const ask = (query: string) => parseQuery(readingsQuerySchema, `/api/v1/readings${query}`);

test('a query is read with its defaults', () => {
  expect(ask('?signal=a/b/c/d/e&from=0&to=1')).toEqual({
    ok: true,
    value: { signal: 'a/b/c/d/e', from: '0', to: '1', points: 500 },
  });
  expect(ask('?signal=%C3%BC%20x&from=0&to=1&points=7')).toMatchObject({
    value: { signal: 'ü x', points: 7 },
  });
});

test.each([
  ['', ['signal is missing', 'from is missing', 'to is missing']],
  ['?signal=1&from=0&to=1&point=5', ['"point" is no parameter here: known are signal, from, to, points']],
  ['?signal=1&signal=2&from=0&to=1', ['signal is given more than once']],
  ['?signal=1&from=0&to=1&points=1000000000', ['points must be at most 5000']],
  ['?signal=1&from=0&to=1&points=0', ['points must be at least 1']],
  ['?signal=1&from=0&to=1&points=1.5', ['points must be a whole number']],
  ['?signal=1&from=0&to=1&points=many', ['points must be a number']],
  ['?signal=&from=0&to=1', ['signal must not be empty']],
  ['?signal[a]=1&from=0&to=1', ['signal[a]', 'signal is missing']],
  ['?__proto__=1&constructor=2&signal=1&from=0&to=1', ['"__proto__" is no', '"constructor" is no']],
])('the query "%s" is refused and the answer names what is wrong', (query, messages) => {
  const parsed = ask(query);
  expect(parsed).toMatchObject({ ok: false, refusal: { status: 400 } });
  if (parsed.ok) return;
  for (const message of messages) expect(parsed.refusal.detail).toContain(message);
  expect(parsed.refusal.errors?.every((error) => error.in === 'query')).toBe(true);
});
