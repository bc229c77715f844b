import { expect, test } from 'vitest';
import { createRecordingMqtt } from '../testing/recording-mqtt.ts';
import { createPublisher } from './publisher.ts';

const message = { topic: 'plants/a/b/c/d', payload: '1', readings: 1 };
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a message is published when the broker has acknowledged it', async () => {
  const mqtt = createRecordingMqtt();
  const publisher = createPublisher(mqtt, 5);
  let done = false;
  const published = publisher.publish(message).then(() => (done = true));
  await settled();
  expect(done).toBe(false);
  mqtt.acknowledge();
  await published;
  expect(publisher.inFlight()).toBe(0);
});

test('whoever waits for room goes on when an acknowledgement makes some', async () => {
  const mqtt = createRecordingMqtt();
  const publisher = createPublisher(mqtt, 2);
  void publisher.publish(message);
  await publisher.room();
  void publisher.publish(message);
  expect(publisher.ready()).toBe(false);
  let rooms = 0;
  void publisher.room().then(() => rooms++);
  await settled();
  expect(rooms).toBe(0);
  mqtt.acknowledge();
  await settled();
  expect(rooms).toBe(1);
});

test('while the broker is away nothing may be published, and waiters go on when it is back', async () => {
  const mqtt = createRecordingMqtt();
  mqtt.connected = false;
  const publisher = createPublisher(mqtt, 5);
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
  const publisher = createPublisher(mqtt, 5);
  const published = publisher.publish(message);
  mqtt.end();
  await expect(published).rejects.toThrow('client ended');
});
