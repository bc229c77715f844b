import { expect, test } from 'vitest';
import { describeSummary, summarise } from './summary.ts';

const settings = {
  host: '127.0.0.1',
  port: 3000,
  mqttPort: 1883,
  mqttUrl: null,
  databaseUrl: null,
  dataDir: '/home/ada/sentia/.sentia',
  demo: true,
  organisation: 'plant',
};

test('the block names the address, what is embedded, the data directory, how to connect and how to stop', () => {
  const text = describeSummary(summarise(settings));
  expect(text).toContain('http://localhost:3000/');
  expect(text).toContain('embedded, mqtt://127.0.0.1:1883');
  expect(text).toContain('embedded (PostgreSQL with pgvector)');
  expect(text).toContain('/home/ada/sentia/.sentia');
  expect(text).toContain('mosquitto_pub -h 127.0.0.1 -p 1883 -q 1 -t plants/');
  expect(text).toContain('Ctrl-C');
});

test('no password of a broker or database is repeated', () => {
  const summary = summarise({
    ...settings,
    mqttUrl: 'mqtts://sentia:s3cret@broker.example.com:8883',
    databaseUrl: 'postgres://sentia:s3cret@db.example.com/sentia',
  });
  expect(JSON.stringify(summary) + describeSummary(summary)).not.toContain('s3cret');
  expect(summary).toMatchObject({
    database: 'external',
    broker: 'external',
    mqttUrl: 'mqtts://broker.example.com:8883',
  });
});

test('an IPv6 host stands in brackets in the address', () => {
  expect(summarise({ ...settings, host: '::1' }).url).toBe('http://[::1]:3000/');
});
