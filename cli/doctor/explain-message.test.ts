import { expect, test } from 'vitest';
import { compileMapping } from '../../telemetry/mapping/compile-mapping.ts';
import { describeMessage, explainMessage } from './explain-message.ts';

const RECEIVED_AT_MS = Date.UTC(2026, 10, 20, 12);
const explain = (topic: string, payload: string, mapping: Parameters<typeof explainMessage>[1] = null) =>
  explainMessage({ topic, payload: Buffer.from(payload), receivedAtMs: RECEIVED_AT_MS }, mapping);

test('each reading is told with path, time, value, unit as UCUM, quality and lane', async () => {
  const payload =
    '{"value": 71.2, "unit": "°C", "at": "2026-11-20T11:59:59.123456Z", "quality": "uncertain"}';
  const explained = await explain('plants/s/a/l/m/t', payload);
  expect(explained).toMatchObject({
    lane: 'live',
    pattern: null,
    refusals: [],
    readings: [
      {
        path: 's/a/l/m/t',
        at: '2026-11-20T11:59:59.123456Z',
        value: 71.2,
        unit: 'Cel',
        quality: 'uncertain',
      },
    ],
  });
  expect(describeMessage(explained)).toContain('  value    71.2 Cel\n');
  expect((await explain('plants/s/a/l/m/t', '{"value":1,"at":"2025-01-01"}')).lane).toBe('late');
});

test('what would be refused is told with its reason', async () => {
  const explained = await explain('plants/s/a/l/m/t', '[1, [2]]');
  expect(explained.readings).toMatchObject([{ value: 1, at: null }]);
  expect(explained.refusals).toMatchObject([{ reason: 'bad_value' }]);
  expect(describeMessage(explained)).toContain('REFUSED bad_value\n  element 2: ');
});

test('a mapped topic is told with the pattern that reads it', async () => {
  const compiled = compileMapping({
    patterns: [
      {
        name: 'hall',
        topic: 'f/{site}/{machine}',
        constants: { area: 'a', line: 'l' },
        values: { t: 'd.t' },
      },
    ],
  });
  const explained = await explain('f/s/m', '{"d":{"t":5}}', compiled.ok ? compiled.mapping : null);
  expect(explained).toMatchObject({ pattern: 'hall', readings: [{ path: 's/a/l/m/t', value: 5 }] });
});
