import { expect, test } from 'vitest';
import { createFakeClock } from '../../../tests/support/fake-clock.ts';
import { createPublisher } from '../broker/publisher.ts';
import { DEFAULT_SEED, SIMULATED_SITES } from '../layout/simulated-sites.ts';
import { createPlant } from '../plant/plant.ts';
import { createRecordingMqtt } from '../testing/recording-mqtt.ts';
import { createBackfill } from './backfill.ts';
import type { Pass } from './pass.ts';

const plant = createPlant(DEFAULT_SEED, SIMULATED_SITES);
const NOW_S = Date.UTC(2026, 10, 20, 12) / 1000;
const pass = (hours: number, change: Partial<Pass> = {}): Pass => ({
  site: 'porto',
  density: 'minutes',
  pace: 'fast',
  fromS: NOW_S - hours * 3600,
  toS: NOW_S,
  remainingToS: NOW_S,
  ...change,
});

function start(passes: Pass[], maxInFlight = 20) {
  const mqtt = createRecordingMqtt();
  const clock = createFakeClock(NOW_S * 1000);
  const publisher = createPublisher(mqtt, maxInFlight);
  let progress = 0;
  const errors: unknown[] = [];
  const backfill = createBackfill({
    plant,
    publisher,
    clock,
    passes,
    onProgress: () => progress++,
    onError: (error) => errors.push(error),
  });
  const running = backfill.run();
  return { mqtt, clock, backfill, running, errors, progress: () => progress };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5000 && !isSo(); turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(isSo()).toBe(true);
}

test('a stretch counts as told only when all its messages are acknowledged', async () => {
  const { mqtt, backfill, running } = start([pass(3)], 12);
  await until(() => mqtt.waiting() === 12);
  // The newest hour is one message for each of the eight machines, and the orders that began in it.
  mqtt.acknowledge(7);
  await until(() => mqtt.waiting() === 12);
  expect(backfill.passes()[0]?.remainingToS).toBe(NOW_S);
  mqtt.acknowledge(4);
  await until(() => (backfill.passes()[0]?.remainingToS ?? 0) < NOW_S);
  expect(backfill.passes()[0]?.remainingToS).toBe(NOW_S - 3600);
  mqtt.acknowledgeAll();
  await until(() => backfill.passes().length === 0);
  backfill.stop();
  await running;
});

test('no more than the window is under way at any time', async () => {
  const { mqtt, backfill, running } = start([pass(4)], 3);
  let most = 0;
  let turn = 0;
  await until(() => {
    most = Math.max(most, mqtt.waiting());
    if (turn++ % 6 === 0) mqtt.acknowledge(2);
    return backfill.passes().length === 0;
  });
  expect(most).toBe(3);
  backfill.stop();
  await running;
});

test('a slow pass keeps its pace and lets a fast one that comes later go first', async () => {
  const { mqtt, clock, backfill, running } = start([pass(48, { pace: 'slow' })]);
  mqtt.acknowledgeAll();
  await until(() => mqtt.published.length === 1 && clock.pending() === 1);
  clock.advance(60_000);
  await until(() => mqtt.published.length === 2);
  backfill.add([pass(1, { site: 'lindau' })]);
  await until(() => {
    clock.advance(1_000);
    return mqtt.published.some(({ topic }) => topic.startsWith('plants/lindau/'));
  });
  const before = mqtt.published.filter(({ topic }) => topic.startsWith('plants/porto/')).length;
  expect(before).toBeLessThan(20);
  backfill.stop();
  await running;
});

test('after a message that was not taken nothing counts as told', async () => {
  const { mqtt, backfill, running, errors, progress } = start([pass(3)]);
  await until(() => mqtt.waiting() === 20);
  mqtt.end();
  mqtt.acknowledgeAll();
  await until(() => errors.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(progress()).toBe(0);
  expect(backfill.passes()[0]?.remainingToS).toBe(NOW_S);
  backfill.stop();
  await running;
});
