import { expect, test } from 'vitest';
import { createPageSize } from './page-size.ts';

test('pages grow while they are quick, up to a bound', () => {
  const size = createPageSize();
  const begin = size.rows();
  size.took(10);
  expect(size.rows()).toBeGreaterThan(begin);
  for (let i = 0; i < 20; i++) size.took(10);
  expect(size.rows()).toBe(48_000);
});

test('pages shrink when they are slow, never below more than a dense hour needs', () => {
  const size = createPageSize();
  for (let i = 0; i < 20; i++) size.took(400);
  expect(size.rows()).toBe(8_000);
});

test('pages that take as long as they should keep their size', () => {
  const size = createPageSize();
  const begin = size.rows();
  size.took(90);
  expect(size.rows()).toBe(begin);
});
