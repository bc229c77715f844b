import path from 'node:path';
import { expect, test } from 'vitest';
import { parseEnvironment } from '../../contracts/environment.ts';
import { internalSettingsSchema } from '../../contracts/internal-settings.ts';
import { childEnvironment, makeBrokerPasswords, neededProcesses } from './children.ts';

const internal = {
  dataDir: '/srv/sentia',
  databaseSocketDir: '/tmp/s',
  brokerPasswords: makeBrokerPasswords(),
  demo: true,
};

test.each([
  {
    name: 'nothing is given',
    databaseUrl: null,
    demo: true,
    needs: ['database', 'telemetry', 'server', 'simulator'],
  },
  { name: 'a database is given', databaseUrl: 'postgres://x', demo: false, needs: ['telemetry', 'server'] },
  {
    name: 'the demo was removed',
    databaseUrl: null,
    demo: false,
    needs: ['database', 'telemetry', 'server'],
  },
])('when $name, $needs are started in this order', ({ databaseUrl, demo, needs }) => {
  expect(neededProcesses({ databaseUrl }, demo)).toEqual(needs);
});

test('children are given settings that are valid for them, with chosen ports and absolute paths', () => {
  const settings = { port: 4321, mqttPort: 5432, mqttUrl: null, mqttCa: null };
  const parsed = parseEnvironment(childEnvironment({ PORT: '0', SENTIA_MQTT_PORT: '0' }, settings, internal));
  expect(parsed).toMatchObject({
    ok: true,
    settings: { port: 4321, mqttPort: 5432, dataDir: '/srv/sentia' },
  });
});

test('with an external broker children are given no port for an embedded one', () => {
  const settings = { port: 4321, mqttPort: 1883, mqttUrl: 'mqtts://broker', mqttCa: 'ca.pem' };
  const env = childEnvironment({ MQTT_URL: 'mqtts://broker', MQTT_CA: 'ca.pem' }, settings, internal);
  expect(parseEnvironment(env)).toMatchObject({ ok: true });
  expect(env['MQTT_CA']).toBe(path.resolve('ca.pem'));
});

test('broker passwords differ at each start and between users, and reach the children', () => {
  const again = makeBrokerPasswords();
  const all = [...Object.values(internal.brokerPasswords), ...Object.values(again)];
  expect(new Set(all).size).toBe(4);
  const env = childEnvironment({}, { port: 1, mqttPort: 2, mqttUrl: null, mqttCa: null }, internal);
  expect(internalSettingsSchema.parse(JSON.parse(env['SENTIA_INTERNAL']!))).toEqual(internal);
});
