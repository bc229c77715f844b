import { expect, test } from 'vitest';
import { isUnavailable } from './is-unavailable.ts';

const withCode = (code: string) => Object.assign(new Error('said the driver'), { code });

test.each(['ECONNREFUSED', 'ENOENT', 'CONNECTION_CLOSED', 'CONNECT_TIMEOUT', '57P01', '08006', '53300'])(
  'an error with code %s means that the database is not there',
  (code) => {
    expect(isUnavailable(withCode(code))).toBe(true);
  },
);

test.each(['the connection to the database was closed', 'the database was closed'])(
  'the port saying "%s" means that the database is not there',
  (message) => {
    expect(isUnavailable(new Error(message))).toBe(true);
  },
);

test('a mistake of ours is not blamed on the database', () => {
  expect(isUnavailable(withCode('42703'))).toBe(false);
  expect(isUnavailable(new TypeError('x is not a function'))).toBe(false);
  expect(isUnavailable('a text')).toBe(false);
});
