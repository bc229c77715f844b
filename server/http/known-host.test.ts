import { expect, test } from 'vitest';
import { isLoopbackAddress, judgeHost } from './known-host.ts';

test.each(['localhost', 'LOCALHOST:3000', '127.0.0.1', '127.0.0.1:65535', '[::1]', '[::1]:3000'])(
  'Host %s is this machine',
  (host) => expect(judgeHost(host, null)).toBe('loopback'),
);

test.each([
  undefined,
  '',
  'evil.example',
  'localhost.evil.example',
  'evil.example:3000',
  'localhost:3000@evil.example',
  'localhost:abc',
  'localhost evil',
  '127.0.0.1.nip.io',
  '[::1].evil.example',
  '::1',
  'localhost.',
  '0.0.0.0',
  '[::2]',
])('Host %j is foreign', (host) => expect(judgeHost(host, 'plant.example:8443')).toBe('foreign'));

test('the public address is known by name and port', () => {
  expect(judgeHost('Plant.Example:8443', 'plant.example:8443')).toBe('public');
  expect(judgeHost('plant.example', 'plant.example:8443')).toBe('foreign');
});

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['127.0.0.1.example', false],
  [undefined, false],
])('the address %j on loopback: %j', (address, loopback) =>
  expect(isLoopbackAddress(address)).toBe(loopback),
);
