import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor, toPage } from './cursor.ts';

test('a cursor gives back the id it stands for, in characters that need no escaping in a URL', () => {
  const cursor = encodeCursor('machines', 1234567);
  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(decodeCursor('machines', cursor)).toBe(1234567);
});

test.each([
  ['another list', encodeCursor('sites', 5)],
  ['an empty text', ''],
  ['no base64url', 'a b+/='],
  ['a made-up text', Buffer.from('machines:-1').toString('base64url')],
  ['a number beyond all ids', Buffer.from('machines:9999999999999999').toString('base64url')],
  ['SQL', Buffer.from("machines:1' OR 1=1").toString('base64url')],
])('a cursor of %s is none of the machines', (_, cursor) => {
  expect(decodeCursor('machines', cursor)).toBeNull();
});

test('a page ends with a cursor only when there are more rows', () => {
  const page = (rows: number[]) =>
    toPage(
      'sites',
      rows,
      2,
      (id) => id,
      (id) => `site ${id}`,
    );
  expect(page([])).toEqual({ items: [], next: null });
  expect(page([4, 7])).toEqual({ items: ['site 4', 'site 7'], next: null });
  expect(page([4, 7, 9])).toEqual({ items: ['site 4', 'site 7'], next: encodeCursor('sites', 7) });
});
