import { expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import type { PlannedMessage } from './plan-messages.ts';
import { openPublisher, type BrokerConnection } from './publisher.ts';

/** A broker that takes messages and acknowledges when told to. */
function createHandBroker() {
  const taken: string[] = [];
  let open: { acks: (() => void)[]; cut: (why: string) => void }[] = [];
  let refuse = false;
  return {
    taken,
    refuse: (value: boolean) => void (refuse = value),
    acknowledge: async (count: number) => {
      for (const ack of open[open.length - 1]?.acks.splice(0, count) ?? []) ack();
      await settle();
    },
    cut: async () => {
      open[open.length - 1]?.cut('connection closed');
      open = [];
      await settle();
    },
    connect: (): Promise<BrokerConnection> => {
      if (refuse) return Promise.reject(new Error('refused'));
      const one = { acks: [] as (() => void)[], cut: (_why: string): void => undefined };
      open.push(one);
      return Promise.resolve({
        publish: (_topic, payload) => {
          taken.push(payload);
          return new Promise<void>((resolve) => one.acks.push(resolve));
        },
        onClose: (run) => void (one.cut = run),
        close: () => Promise.resolve(),
      });
    },
  };
}
async function settle() {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
const message = (payload: string): PlannedMessage => ({ topic: 't', payload, readings: 10, rows: 1 });
async function setUp(windowMessages = 2) {
  const clock = createFakeClock();
  const broker = createHandBroker();
  const publisher = await openPublisher({
    connect: broker.connect,
    clock,
    windowMessages,
    giveUpAfterMs: 300_000,
  });
  return { clock, broker, publisher };
}

test('no more messages are under way than the window allows', async () => {
  const { broker, publisher } = await setUp();
  let handed = 0;
  void (async () => {
    for (const payload of ['1', '2', '3', '4']) {
      await publisher.publish(message(payload));
      handed += 1;
    }
  })();
  await settle();
  expect(broker.taken).toEqual(['1', '2']);
  expect(handed).toBe(1);
  await broker.acknowledge(1);
  expect(broker.taken).toEqual(['1', '2', '3']);
});

test('what was not acknowledged when the broker went is sent again in order, and only then is all done', async () => {
  const { broker, clock, publisher } = await setUp(3);
  for (const payload of ['1', '2']) await publisher.publish(message(payload));
  void publisher.publish(message('3'));
  await settle();
  await broker.acknowledge(1);
  broker.refuse(true);
  await broker.cut();
  expect(publisher.trouble()).toBe('connection closed');
  clock.advance(500);
  await settle();
  expect(publisher.trouble()).toBe('refused');
  broker.refuse(false);
  clock.advance(500);
  await settle();
  expect(broker.taken).toEqual(['1', '2', '3', '2', '3']);
  let done = false;
  void publisher.drain().then(() => (done = true));
  await broker.acknowledge(1);
  expect(done).toBe(false);
  await broker.acknowledge(1);
  expect(done).toBe(true);
  expect(publisher.counts).toMatchObject({
    messages: 3,
    acknowledgedMessages: 3,
    acknowledgedReadings: 30,
    repeated: 2,
    reconnects: 1,
  });
});

test('it gives up when nothing is acknowledged for the agreed time', async () => {
  const { clock, publisher } = await setUp();
  await publisher.publish(message('1'));
  const drained = publisher.drain();
  clock.advance(300_000);
  await expect(drained).rejects.toThrow('Gave up: the broker acknowledged nothing for 5 minutes.');
});

test('a broker that cuts the connection at every publish is left with a reason', async () => {
  const { broker, clock, publisher } = await setUp();
  await publisher.publish(message('1'));
  const drained = publisher.drain();
  drained.catch(() => undefined);
  for (let i = 0; i < 10; i++) {
    await broker.cut();
    clock.advance(500);
    await settle();
  }
  await expect(drained).rejects.toThrow(/closed the connection 10 times without taking a message/);
});

test('an interrupted publisher takes nothing more but still hears acknowledgements', async () => {
  const { broker, publisher } = await setUp(1);
  const first = publisher.publish(message('1'));
  await settle();
  publisher.interrupt();
  await expect(first).rejects.toThrow('stopped');
  await expect(publisher.publish(message('2'))).rejects.toThrow('stopped');
  const drained = publisher.drain();
  await broker.acknowledge(1);
  await expect(drained).resolves.toBeUndefined();
  expect(publisher.counts).toMatchObject({ messages: 1, acknowledgedMessages: 1 });
});

test('a broker that is not there at the start is an error at once', async () => {
  const broker = createHandBroker();
  broker.refuse(true);
  const opening = openPublisher({
    connect: broker.connect,
    clock: createFakeClock(),
    windowMessages: 1,
    giveUpAfterMs: 1,
  });
  await expect(opening).rejects.toThrow('refused');
});
