import { expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { seededRandom } from '../../tests/support/seeded-random.ts';
import { sparkplugPayload } from '../../tests/support/sparkplug-payload.ts';
import { quietLog } from '../../tests/support/start-pipeline.ts';
import type { Decoded } from '../decode/decoded.ts';
import type { FeedMessage } from '../message.ts';
import { encodeState, type HostState } from './host-state.ts';
import { createSparkplugHost } from './sparkplug-host.ts';

/** A host whose ends are lists: what went to the ingest, was published, was told of machines. */
function setup() {
  const clock = createFakeClock();
  const handedOn: { message: FeedMessage; decoded: Decoded }[] = [];
  const published: string[] = [];
  const heard: HostState[] = [];
  const gone: string[] = [];
  const done = new Map<number, number>();
  let sent = 0;
  const host = createSparkplugHost({
    hostId: 'sentia-plant',
    rules: { reorderTimeoutMs: 2_000 },
    credentials: false,
    takeDecoded: (message, decoded, onDurable) => {
      handedOn.push({ message, decoded });
      onDurable();
    },
    presence: {
      born: () => () => undefined,
      gone: ({ machine }) => gone.push(machine),
      allGone: () => Promise.resolve(),
    },
    publish: (topic) => published.push(topic),
    onOwnState: (state) => heard.push(state),
    clock,
    log: quietLog,
  });
  return {
    ...{ clock, host, handedOn, published, heard, gone, done },
    reasons: () => handedOn.flatMap(({ decoded }) => decoded.refusals.map(({ reason }) => reason)),
    send: (topic: string, payload: Uint8Array, over: Partial<FeedMessage> = {}) => {
      const n = sent++;
      const receivedAtMs = clock.now();
      const message = {
        feed: 'test',
        topic,
        payload,
        qos: 1,
        receivedAtMs,
        organisation: null,
        retained: false,
      } as const;
      host.take({ ...message, ...over }, () => done.set(n, (done.get(n) ?? 0) + 1));
    },
  };
}

const birth = (at: number) =>
  sparkplugPayload({ at, seq: 0, metrics: [{ name: 'power', alias: 1, type: 'Double', value: 1 }] });

test('commands and what hosts say are acknowledged and no telemetry', () => {
  const { send, handedOn, heard, done } = setup();
  send('spBv1.0/Plant1/NCMD/EdgeA', birth(0));
  send('spBv1.0/Plant1/DCMD/EdgeA/Press', birth(0));
  send('spBv1.0/STATE/other-host', Buffer.from(encodeState({ online: true, timestamp: 1 })));
  send('spBv1.0/STATE/sentia-plant', Buffer.from(encodeState({ online: false, timestamp: 1 })));
  send('spBv1.0/STATE/sentia-plant', Buffer.from('OFFLINE'));
  expect(handedOn).toEqual([]);
  expect(done.size).toBe(5);
  expect(heard).toEqual([{ online: false, timestamp: 1 }]);
});

test.each([
  { name: 'a topic that is none of Sparkplug', topic: 'spBv1.0/Plant1/HELLO/EdgeA', reason: 'bad_topic' },
  { name: 'a device where none belongs', topic: 'spBv1.0/Plant1/NBIRTH/EdgeA/Press', reason: 'bad_topic' },
  { name: 'no device where one belongs', topic: 'spBv1.0/Plant1/DBIRTH/EdgeA', reason: 'bad_topic' },
  { name: 'an id that is no name', topic: `spBv1.0/${'x'.repeat(101)}/NBIRTH/EdgeA`, reason: 'bad_name' },
])('$name is refused', ({ topic, reason }) => {
  const { send, reasons } = setup();
  send(topic, birth(0));
  expect(reasons()).toEqual([reason]);
});

test('a payload that is none is refused, and the next message is read', () => {
  const { send, reasons, handedOn, clock } = setup();
  send('spBv1.0/Plant1/NBIRTH/EdgeA', Buffer.from('{"no":"protobuf"}'));
  send('spBv1.0/Plant1/NBIRTH/EdgeA', birth(clock.now()));
  expect(reasons()).toEqual(['bad_sparkplug']);
  expect(handedOn.at(-1)?.decoded.readings).toHaveLength(1);
});

test('a retained birth brings nobody to life', () => {
  const { send, reasons, clock, published } = setup();
  send('spBv1.0/Plant1/NBIRTH/EdgeA', birth(clock.now()), { retained: true });
  send('spBv1.0/Plant1/NDATA/EdgeA', sparkplugPayload({ seq: 1, metrics: [{ alias: 1, value: 2 }] }));
  expect(reasons()).toEqual(['no_session', 'no_session']);
  expect(published).toEqual(['spBv1.0/Plant1/NCMD/EdgeA']);
});

test('edge nodes of two organisations with one name do not know each other', () => {
  const { send, reasons, clock } = setup();
  send('spBv1.0/Plant1/NBIRTH/EdgeA', birth(clock.now()), { organisation: 'plant' });
  const data = sparkplugPayload({
    at: clock.now(),
    seq: 1,
    metrics: [{ alias: 1, type: 'Double', value: 2 }],
  });
  send('spBv1.0/Plant1/NDATA/EdgeA', data, { organisation: 'other' });
  send('spBv1.0/Plant1/NDATA/EdgeA', data, { organisation: 'plant' });
  expect(reasons()).toEqual(['no_session']);
});

test('known edge nodes are asked a few at a time, those born meanwhile are not', async () => {
  const { host, send, clock, published } = setup();
  await host.beginAnew();
  send('spBv1.0/Plant1/NBIRTH/Edge3', birth(clock.now()));
  host.askBirths(
    Array.from({ length: 30 }, (_, i) => ({ group: 'Plant1', node: `Edge${i}`, organisation: 'plant' })),
  );
  expect(published).toHaveLength(19);
  clock.advance(100);
  expect(published).toHaveLength(29);
  expect(published).not.toContain('spBv1.0/Plant1/NCMD/Edge3');
});

test('of 10,000 hostile messages each is told done exactly once, and none makes the host throw', () => {
  const { send, host, clock, done, handedOn } = setup();
  const random = seededRandom(11);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const topics = [
    'NBIRTH/E',
    'NDEATH/E',
    'NDATA/E',
    'DBIRTH/E/D',
    'DDEATH/E/D',
    'DDATA/E/D',
    'DDATA/E/E',
    'NDATA/F',
  ];
  const times = [undefined, 0, 1, clock.now(), clock.now() + 1e9, Number.MAX_SAFE_INTEGER];
  for (let i = 0; i < 10_000; i++) {
    const metrics = Array.from({ length: Math.floor(random() * 4) }, () => ({
      ...(random() < 0.7
        ? { name: pick(['bdSeq', 'a', 'a/b', 'a.b', '', 'x'.repeat(300), 'n\u0000', 'Node Control/Rebirth']) }
        : {}),
      ...(random() < 0.7 ? { alias: Math.floor(random() * 5) } : {}),
      ...(random() < 0.8
        ? { type: pick(['Int8', 'Double', 'UInt64', 'String', 'Boolean', 'DataSet', 'Unknown'] as const) }
        : {}),
      ...(random() < 0.9 ? { value: pick([1, true, 'text', null]) } : {}),
      historical: random() < 0.1,
    }));
    const at = pick(times);
    const seq = pick([undefined, Math.floor(random() * 256), i & 255, 300]);
    const payload = sparkplugPayload({
      metrics,
      ...(at === undefined ? {} : { at }),
      ...(seq === undefined ? {} : { seq }),
    });
    if (random() < 0.1 && payload.length > 0)
      payload[Math.floor(random() * payload.length)] = Math.floor(random() * 256);
    send(`spBv1.0/G/${pick(topics)}`, payload, { retained: random() < 0.02 });
    if (random() < 0.1) clock.advance(Math.floor(random() * 3_000));
  }
  host.stop();
  expect(done.size).toBe(10_000);
  expect([...done.values()].every((times_) => times_ === 1)).toBe(true);
  const paths = handedOn.flatMap(({ decoded }) => decoded.readings.map(({ path }) => path));
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.every((path) => path.split('/').length === 5)).toBe(true);
});
