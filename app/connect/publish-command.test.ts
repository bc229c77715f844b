import { expect, test } from 'vitest';
import { mosquittoCommand, nameProblem, npxCommand } from './publish-command.ts';

const local = { host: '127.0.0.1', port: 1883, secure: false };
const path = { site: 'my-site', area: 'hall-1', line: 'line-1', machine: 'press', signal: 'temperature' };

test('the command publishes one value at QoS 1 to the topic of the signal', () => {
  expect(mosquittoCommand(local, path, '71.2')).toBe(
    'mosquitto_pub -h 127.0.0.1 -p 1883 -q 1 -t plants/my-site/hall-1/line-1/press/temperature -m 71.2',
  );
});

test('names that a shell would read otherwise are quoted', () => {
  expect(npxCommand(local, { ...path, machine: "Tom's press $1" }, '71.2')).toContain(
    `-t 'plants/my-site/hall-1/line-1/Tom'\\''s press $1/temperature'`,
  );
});

test('a broker behind TLS is asked for with TLS', () => {
  expect(mosquittoCommand({ ...local, port: 8883, secure: true }, path, '1')).toContain(
    '-p 8883 --tls-use-os-certs',
  );
});

test.each([
  ['machine', 'press', null],
  ['machine', '', 'A name is needed'],
  ['machine', 'order', '"order" is kept for production orders'],
  ['signal', 'order', null],
  ['site', 'a/b', 'A name may not hold /, +, # or control characters'],
] as const)('as a %s "%s" is answered with: %s', (level, name, problem) => {
  expect(nameProblem(level, name)).toBe(problem);
});
