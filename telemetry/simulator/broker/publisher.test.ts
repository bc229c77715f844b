import { expect, test } from 'vitest';
import { createRecordingMqtt } from '../testing/recording-mqtt.ts';
import { createPublisher } from './publisher.ts';

const message = { topic: 'plants/a/b/c/d', payload: '1', readings: 1 };
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a message is published when the broker has acknowledged it', async () => {
  const mqtt = createRecordingMqtt();
  const publisher = createPublisher(mqtt, { maxInFlight: 5, backfillWindow: 2 });
  let done = false;
  const published = publisher.publish(message).then(() => (done = true));
  await settled();
  expect(done).toBe(false);
  mqtt.acknowledge();
  await published;
  expect(publisher.inFlight()).toBe(0);
});

test('the backfill gets room for its window only, and live messages may still go', async () => {
  const mqtt = createRecordingMqtt();
  const publisher = createPublisher(mqtt, { maxInFlight: 5, backfillWindow: 2 });
  void publisher.publish(message);
  await publisher.room();
  void publisher.publish(message);
  let room = 0;
  void publisher.room().then(() => room++);
  await settled();
  expect(room).toBe(0);
  expect(publisher.ready()).toBe(true);
  mqtt.acknowledge();
  await settled();
  expect(room).toBe(1);
});

test('one freed place lets one waiter go on when each of them publishes', async () => {
  const mqtt = createRecordingMqtt();
  const publisher = createPublisher(mqtt, { maxInFlight: 5, backfillWindow: 1 });
  const work = async () => {
    await publisher.room();
    void publisher.publish(message);
  };
  await Promise.all([work(), settled()]);
  void work();
  void work();
  mqtt.acknowledge();
  await settled();
  await settled();
  expect(publisher.inFlight()).toBeLessThanOrEqual(2);
});

test('while the broker is away nothing may be published, and waiters go on when it is back', async () => {
  const mqtt = createRecordingMqtt();
  mqtt.connected = false;
  const publisher = createPublisher(mqtt, { maxInFlight: 5, backfillWindow: 2 });
  expect(publisher.ready()).toBe(false);
  let room = false;
  void publisher.room().then(() => (room = true));
  await settled();
  expect(room).toBe(false);
  mqtt.connect();
  await settled();
  expect(room).toBe(true);
});

test('what was under way when the client ended is an error', async () => {
  const mqtt = createRecordingMqtt();
  const publisher = createPublisher(mqtt, { maxInFlight: 5, backfillWindow: 2 });
  const published = publisher.publish(message);
  mqtt.end();
  await expect(published).rejects.toThrow('client ended');
});
