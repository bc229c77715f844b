import { expect, test } from 'vitest';
import { askedOf, downloadQueryOf, filterOf, isFiltered, queryOf } from './letter-filter.ts';

const ask = (query: string) => askedOf(new URLSearchParams(query));

test('the address tells the filter, and the filter the address', () => {
  const asked = ask('reason=bad_unit&topic=press&feed=mqtt&from=2026-11-20T10:00&to=2026-11-20T11:00');
  expect(filterOf(asked)).toEqual({
    reason: 'bad_unit',
    topic: 'press',
    feed: 'mqtt',
    sinceMs: Date.UTC(2026, 10, 20, 10),
    untilMs: Date.UTC(2026, 10, 20, 11),
  });
  expect(askedOf(new URLSearchParams(queryOf(asked, 'abc')))).toEqual(asked);
  expect(queryOf(asked, 'abc')).toMatch(/&cursor=abc$/);
  expect(downloadQueryOf(asked)).toContain('to=2026-11-20T11%3A00Z');
});

test('what cannot be asked for is left out', () => {
  const asked = ask('reason=nonsense&from=yesterday&topic=%20');
  expect(isFiltered(asked)).toBe(false);
  expect(queryOf(asked, null)).toBe('');
});
