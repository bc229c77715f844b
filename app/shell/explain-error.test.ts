import { expect, test } from 'vitest';
import { explainError } from './explain-error.ts';

test('a missing page says what is missing', () => {
  expect(explainError({ status: 404, said: 'There is no site "x".' }, true)).toMatchObject({
    title: 'There is no such page',
    detail: 'There is no site "x".',
  });
});

test('a mistake of ours is never shown, and never taken for a missing network', () => {
  const mistake = explainError(new TypeError('Cannot read properties of undefined'), true);
  expect(mistake).toMatchObject({ title: 'This page could not be made', unreachable: false });
  expect(mistake.detail).not.toContain('undefined');
});

test.each(['Failed to fetch', 'NetworkError when attempting to fetch resource.', 'Load failed'])(
  'a server that is not there is told apart (%s)',
  (message) => {
    expect(explainError(new TypeError(message), true)).toMatchObject({
      title: 'The server cannot be reached',
      unreachable: true,
    });
  },
);

test('a device without a network is told so first', () => {
  expect(explainError({ status: 500, said: null }, false).title).toBe('This device is offline');
});
