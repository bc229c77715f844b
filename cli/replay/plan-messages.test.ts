import { expect, test } from 'vitest';
import type { SignalColumn } from './choose-signals.ts';
import { createMessagePlan } from './plan-messages.ts';

const topic = 'plants/a/b/c/d';
const column = (signal: string, unit: string | null = null): SignalColumn => ({
  index: 0,
  header: signal,
  signal,
  unit,
  forceText: false,
});

test('a row is one message in time', () => {
  const plan = createMessagePlan({ topic, signals: [column('t'), column('s')], shape: 'row' });
  expect(
    plan.add('2018-01-01T00:00:00.000Z', [
      { signal: 't', json: '1.50' },
      { signal: 's', json: '"on"' },
    ]),
  ).toEqual([
    {
      topic,
      payload: '{"at":"2018-01-01T00:00:00.000Z","values":{"t":1.50,"s":"on"}}',
      readings: 2,
      rows: 1,
    },
  ]);
  expect(plan.end()).toEqual([]);
});

test('rows are joined to arrays of a thousand readings, and none is lost', () => {
  const signals = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => column(name));
  const plan = createMessagePlan({ topic, signals, shape: 'array' });
  const readings = signals.map(({ signal }) => ({ signal, json: '1' }));
  const messages = Array.from({ length: 1000 }, (_, i) =>
    plan.add(new Date(i).toISOString(), readings),
  ).flat();
  messages.push(...plan.end());
  expect(messages.reduce((sum, message) => sum + message.readings, 0)).toBe(7000);
  expect(messages.reduce((sum, message) => sum + message.rows, 0)).toBe(1000);
  expect(Math.max(...messages.map((message) => message.readings))).toBeLessThanOrEqual(1000);
  expect(messages.flatMap((message) => JSON.parse(message.payload) as unknown[])).toHaveLength(1000);
});

test('a row wider than a message is split, all parts with its time', () => {
  const signals = Array.from({ length: 2500 }, (_, i) => column(`s${i}`));
  const plan = createMessagePlan({ topic, signals, shape: 'row' });
  const messages = plan.add(
    '2018-01-01T00:00:00.000Z',
    signals.map(({ signal }) => ({ signal, json: '1' })),
  );
  expect(messages.map((message) => message.readings)).toEqual([1000, 1000, 500]);
  expect(messages.map((message) => message.rows)).toEqual([0, 0, 1]);
});

test('the first reading of a signal with a unit carries it', () => {
  const plan = createMessagePlan({ topic, signals: [column('p', 'kW'), column('q')], shape: 'row' });
  const row = [
    { signal: 'p', json: '3' },
    { signal: 'q', json: '4' },
  ];
  const payloads = [
    ...plan.add('2018-01-01T00:00:00.000Z', row),
    ...plan.add('2018-01-01T00:00:01.000Z', row),
  ];
  expect(payloads.map(({ payload }) => payload)).toEqual([
    '{"at":"2018-01-01T00:00:00.000Z","values":{"p":{"value":3,"unit":"kW"},"q":4}}',
    '{"at":"2018-01-01T00:00:01.000Z","values":{"p":3,"q":4}}',
  ]);
});
