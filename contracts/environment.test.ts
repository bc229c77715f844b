import { expect, test } from 'vitest';
import { parseEnvironment } from './environment.ts';

const lines = (environment: Record<string, string>) => {
  const parsed = parseEnvironment(environment);
  return parsed.ok ? [] : parsed.lines;
};

test('an empty environment gives a demo on loopback with everything embedded', () => {
  const parsed = parseEnvironment({});
  expect(parsed).toEqual({
    ok: true,
    settings: {
      port: 3000,
      host: '127.0.0.1',
      dataDir: './.sentia',
      databaseUrl: null,
      databaseWriterUrl: null,
      mqttUrl: null,
      mqttCa: null,
      mqttPort: 1883,
      topics: ['plants/#', 'spBv1.0/#'],
      mapping: null,
      demo: true,
      organisation: 'plant',
      sparkplugHost: 'sentia-plant',
      sparkplugReorderMs: 2000,
      auth: 'demo',
      publicUrl: null,
      spoolMb: 1024,
    },
  });
});

test('a database or a broker of one’s own switches the demo off unless it is asked for', () => {
  const demo = (environment: Record<string, string>) => {
    const parsed = parseEnvironment(environment);
    return parsed.ok ? parsed.settings.demo : parsed.lines;
  };
  expect(demo({ DATABASE_URL: 'postgres://u:p@h/d' })).toBe(false);
  expect(demo({ MQTT_URL: 'mqtt://h' })).toBe(false);
  expect(demo({ MQTT_URL: 'mqtt://h', SENTIA_DEMO: 'on' })).toBe(true);
});

test('empty variables count as unset', () => {
  expect(parseEnvironment({ PORT: '', DATABASE_URL: '' })).toEqual(parseEnvironment({}));
});

test.each([
  ['a port that is no number', { PORT: '80a' }, /^PORT must be a port number/],
  [
    'a Sparkplug host id that is no topic level',
    { SENTIA_SPARKPLUG_HOST: 'a/b' },
    /^SENTIA_SPARKPLUG_HOST must be/,
  ],
  [
    'a wait of an hour',
    { SENTIA_SPARKPLUG_REORDER_MS: '3600000' },
    /^SENTIA_SPARKPLUG_REORDER_MS must be milliseconds/,
  ],
  ['a port beyond 65535', { PORT: '70000' }, /^PORT must be a port number/],
  ['any host but loopback', { HOST: '0.0.0.0' }, /^HOST must be a loopback address/],
  [
    'a database of another kind',
    { DATABASE_URL: 'mysql://h/d' },
    /^DATABASE_URL must be a URL like postgres:/,
  ],
  ['a database that is no URL', { DATABASE_URL: 'plant' }, /^DATABASE_URL must be a URL/],
  [
    'a writer without a database',
    { DATABASE_WRITER_URL: 'postgres://h/d' },
    /^DATABASE_WRITER_URL is set but/,
  ],
  ['a broker of another kind', { MQTT_URL: 'amqp://h' }, /^MQTT_URL must be a URL like mqtt:/],
  ['a certificate without a broker', { MQTT_CA: 'ca.pem' }, /^MQTT_CA is set but MQTT_URL is not/],
  ['a certificate for a broker in clear', { MQTT_CA: 'ca.pem', MQTT_URL: 'mqtt://h' }, /not encrypted/],
  [
    'an embedded broker beside an external one',
    { MQTT_URL: 'mqtt://h', SENTIA_MQTT_PORT: '1884' },
    /both set/,
  ],
  ['one port for two', { PORT: '1883' }, /^PORT and SENTIA_MQTT_PORT are both 1883/],
  ['a demo that is neither on nor off', { SENTIA_DEMO: 'yes' }, /^SENTIA_DEMO must be "on" or "off"/],
  [
    'a topic filter with # in the middle',
    { SENTIA_TOPICS: 'plants/#/x' },
    /^SENTIA_TOPICS must be MQTT topic filters/,
  ],
  ['Sentia’s own topics as a feed', { SENTIA_TOPICS: 'sentia/#' }, /^SENTIA_TOPICS/],
  ['the demo’s organisation as one’s own', { SENTIA_ORGANISATION: 'demo' }, /^SENTIA_ORGANISATION must not/],
  ['sign-in that does not exist yet', { SENTIA_AUTH: 'clerk' }, /^SENTIA_AUTH must be "demo"/],
  [
    'a capability that is still to come',
    { CLERK_SECRET_KEY: 'sk_x' },
    /^CLERK_SECRET_KEY is set, but this version/,
  ],
  ['a misspelt variable', { SENTIA_DATADIR: '/x' }, /^SENTIA_DATADIR is not a setting/],
])('%s is told in one line', (_name, environment, expected) => {
  const told = lines(environment);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(expected);
});

test('every mistake has its own line, and no line repeats a password', () => {
  const told = lines({ PORT: 'x', HOST: '10.0.0.1', DATABASE_URL: 'mysql://user:geheim@h/d' });
  expect(told).toHaveLength(3);
  expect(told.join(' ')).not.toContain('geheim');
});
