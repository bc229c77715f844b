import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  startRecordingBroker,
  type BrokerEvent,
  type RecordingBroker,
} from '../../tests/support/recording-broker.ts';
import { connectEdge, startSparkplug } from '../../tests/support/start-sparkplug.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { encodeState } from './host-state.ts';

// One life of the host application on a broker of the customer's: it connects, its cable breaks, it connects again, it
// is slandered, it stops. The tests look at what the broker saw, one for each assertion of the specification.

const CLIENT = 'sentia-one-sparkplug';
const STATE = 'spBv1.0/STATE/sentia-plant';

const WAIT = { timeout: 20_000, interval: 20 };

let db: TestDatabase;
let broker: RecordingBroker;
/** Everything that the host's own connection did. */
let events: BrokerEvent[];
/** Of the first and of the second connection, up to its end. */
let first: BrokerEvent[];
let second: BrokerEvent[];
let slanderedAt: number;

beforeAll(async () => {
  db = await createTestDatabase();
  broker = await startRecordingBroker();
  const ofHost = () => broker.events.filter(({ client }) => client === CLIENT);
  const births = () => ofHost().filter((event) => isState(event, true)).length;
  const sparkplug = await startSparkplug(db, { mqttUrl: broker.url });
  await vi.waitUntil(() => births() > 0, WAIT);
  expect(sparkplug.status()).toMatchObject([{ name: 'sparkplug', kind: 'mqtt' }]);
  const before = births();
  broker.cut(CLIENT);
  await vi.waitUntil(() => births() > before, WAIT);
  const { client: stranger } = await connectEdge(broker.url);
  slanderedAt = broker.events.length;
  await stranger.publishAsync(STATE, encodeState({ online: false, timestamp: 1 }), { qos: 1, retain: true });
  const answered = () =>
    broker.events.slice(slanderedAt).some((event) => event.client === CLIENT && isState(event, true));
  await vi.waitUntil(answered, WAIT);
  stranger.end(true);
  await sparkplug.stop();
  events = ofHost().filter((event) => event.kind !== 'connect' || isHostsOwn(event));
  const isConnect = ({ kind }: BrokerEvent) => kind === 'connect';
  const again = events.findLastIndex(isConnect);
  first = events.slice(0, 1 + events.slice(1).findIndex(isConnect));
  second = events.slice(again);
}, 60_000);

afterAll(async () => {
  await broker.stop();
  await db.close();
});

/** A CONNECT that was let in: the broker of the test refuses MQTT 5, which is tried first. */
function isHostsOwn(event: BrokerEvent): boolean {
  const next = broker.events.slice(broker.events.indexOf(event) + 1).find(({ client }) => client === CLIENT);
  return next?.kind === 'subscribe';
}

function isState(event: BrokerEvent, online: boolean): boolean {
  return event.kind === 'publish' && event.topic === STATE && stateOf(event.payload).online === online;
}

function stateOf(payload: string): { online: boolean; timestamp: number } {
  return JSON.parse(payload) as { online: boolean; timestamp: number };
}

type Of<Kind extends BrokerEvent['kind']> = Extract<BrokerEvent, { kind: Kind }>;
function only<Kind extends BrokerEvent['kind']>(kind: Kind, of: BrokerEvent[]): Of<Kind>[] {
  return of.filter((event): event is Of<Kind> => event.kind === kind);
}
function pick<T>(list: readonly T[], index: number): T {
  const found = list.at(index);
  if (found === undefined) throw new Error(`there is no element ${index}`);
  return found;
}
const connect = (of: BrokerEvent[]) => pick(only('connect', of), 0);
const willOf = (of: BrokerEvent[]) => {
  const { will } = connect(of);
  if (will === null) throw new Error('the CONNECT had no will');
  return will;
};
const birth = (of: BrokerEvent[]) => pick(only('publish', of), 0);
/** What was published last before the intended end. */
const farewell = () => pick(only('publish', second), -1);

test('tck-id-intro-sparkplug-host-state a host tells by STATE messages that it is online and offline', () => {
  const told = only('publish', events).map(({ payload }) => stateOf(payload).online);
  // A will that the broker sends late is answered at once, so there may be more between the first and the last.
  expect([told[0], told.at(-1)]).toEqual([true, false]);
  // The will of the broken connection.
  expect(told.slice(1, -1)).toContain(false);
});
test('tck-id-conformance-primary-host birth and death certificates are STATE messages', () => {
  expect(new Set(only('publish', events).map(({ topic }) => topic))).toEqual(new Set([STATE]));
});
test('tck-id-host-topic-phid-birth-message the first message that the host publishes is its birth', () => {
  expect(isState(birth(first), true)).toBe(true);
  expect(isState(birth(second), true)).toBe(true);
});
test('tck-id-host-topic-phid-birth-payload a birth is JSON with online true and a time in ms since 1970', () => {
  const { payload, atMs } = birth(first);
  const state = stateOf(payload);
  expect(Object.keys(state).sort()).toEqual(['online', 'timestamp']);
  expect(state.online).toBe(true);
  expect(Math.abs(state.timestamp - atMs)).toBeLessThan(10_000);
});
test('tck-id-host-topic-phid-birth-payload-timestamp the time of a birth is that of the will before it', () => {
  for (const life of [first, second])
    expect(stateOf(birth(life).payload).timestamp).toBe(stateOf(willOf(life).payload).timestamp);
});
test('tck-id-host-topic-phid-birth-qos a birth goes at QoS 1', () => expect(birth(first).qos).toBe(1));
test('tck-id-host-topic-phid-birth-retain a birth is retained', () => expect(birth(first).retain).toBe(true));
test('tck-id-host-topic-phid-birth-topic a birth goes to spBv1.0/STATE/<host id>', () =>
  expect(birth(first).topic).toBe(STATE));
test('tck-id-host-topic-phid-birth-sub-required the host subscribes to its STATE and to its topics at once', () => {
  const subscribed = only('subscribe', first).flatMap(({ topics }) => topics);
  expect(subscribed).toEqual([STATE, 'spBv1.0/#']);
  expect(first.slice(1, 3).every(({ kind }) => kind === 'subscribe')).toBe(true);
});
test('tck-id-host-topic-phid-birth-required a birth follows the subscription at once', () => {
  for (const life of [first, second])
    expect(life.slice(0, 4).map(({ kind }) => kind)).toEqual([
      'connect',
      'subscribe',
      'subscribe',
      'publish',
    ]);
});
test('tck-id-host-topic-phid-death-topic a death goes to spBv1.0/STATE/<host id>', () => {
  expect(willOf(first).topic).toBe(STATE);
  expect(farewell().topic).toBe(STATE);
});
test('tck-id-host-topic-phid-death-qos a death goes at QoS 1', () => {
  expect([willOf(first).qos, farewell().qos]).toEqual([1, 1]);
});
test('tck-id-host-topic-phid-death-retain a death is retained', () => {
  expect([willOf(first).retain, farewell().retain]).toEqual([true, true]);
});
test('tck-id-host-topic-phid-death-required every CONNECT brings a will', () => {
  const wills = broker.events.filter((event) => event.kind === 'connect' && event.client === CLIENT);
  expect(wills.length).toBeGreaterThan(1);
  for (const event of wills) expect(event.kind === 'connect' && event.will !== null).toBe(true);
});
test('tck-id-host-topic-phid-death-payload a death is JSON with online false and a time in ms since 1970', () => {
  for (const payload of [willOf(first).payload, farewell().payload]) {
    expect(Object.keys(stateOf(payload)).sort()).toEqual(['online', 'timestamp']);
    expect(stateOf(payload).online).toBe(false);
  }
});
const ownTimes = () =>
  [first, second].map((life) => stateOf(willOf(life).payload).timestamp - connect(life).atMs);
test('tck-id-host-topic-phid-death-payload-connect a will carries the time of its CONNECT', () => {
  for (const off of ownTimes()) expect(Math.abs(off)).toBeLessThan(1_000);
});
test('tck-id-host-topic-phid-death-payload-timestamp-connect a will carries the time of its CONNECT, made anew each time', () => {
  for (const off of ownTimes()) expect(Math.abs(off)).toBeLessThan(1_000);
  expect(stateOf(willOf(second).payload).timestamp).toBeGreaterThan(stateOf(willOf(first).payload).timestamp);
});
/** The farewell, told with its own time, before the connection ends and without the will. */
function expectFarewell(): void {
  const { payload, atMs } = farewell();
  expect(isState(farewell(), false)).toBe(true);
  expect(Math.abs(stateOf(payload).timestamp - atMs)).toBeLessThan(1_000);
  expect(second.at(-1)?.kind).toBe('disconnect');
  expect(second.indexOf(farewell())).toBe(second.length - 2);
}
test(
  'tck-id-host-topic-phid-death-payload-disconnect-clean a death goes before DISCONNECT, with the present time',
  expectFarewell,
);
test(
  'tck-id-host-topic-phid-death-payload-timestamp-disconnect-clean its time is that of the end',
  expectFarewell,
);
test(
  'tck-id-host-topic-phid-death-payload-disconnect-with-no-disconnect-packet a death goes before the connection ends, however it ends',
  expectFarewell,
);
test(
  'tck-id-host-topic-phid-death-payload-timestamp-disconnect-with-no-disconnect-packet its time is that of the end, however it ends',
  expectFarewell,
);
test('tck-id-operational-behavior-host-application-host-id the host id is one of its own for each organisation', () => {
  expect(STATE.endsWith('/sentia-plant')).toBe(true);
  expect(only('publish', events).every(({ topic }) => topic === STATE)).toBe(true);
});
test('tck-id-operational-behavior-host-application-connect-will a CONNECT brings a will', () => {
  expect(willOf(first)).toBeDefined();
});
test('tck-id-operational-behavior-host-application-connect-will-topic the will goes to spBv1.0/STATE/<host id>', () => {
  expect(willOf(first).topic).toBe(STATE);
});
test('tck-id-operational-behavior-host-application-connect-will-payload the will says online false with the time of its CONNECT', () => {
  expect(stateOf(willOf(first).payload)).toEqual({
    online: false,
    timestamp: stateOf(birth(first).payload).timestamp,
  });
});
test('tck-id-operational-behavior-host-application-connect-will-qos the will goes at QoS 1', () => {
  expect(willOf(first).qos).toBe(1);
});
test('tck-id-operational-behavior-host-application-connect-will-retained the will is retained', () => {
  expect(willOf(first).retain).toBe(true);
});
test('tck-id-operational-behavior-host-application-connect-birth a birth follows every CONNECT', () => {
  for (const life of [first, second]) expect(isState(birth(life), true)).toBe(true);
});
test('tck-id-operational-behavior-host-application-connect-birth-topic the birth goes to spBv1.0/STATE/<host id>', () => {
  expect(birth(second).topic).toBe(STATE);
});
test('tck-id-operational-behavior-host-application-connect-birth-payload the birth says online true with the time of the will', () => {
  expect(stateOf(birth(second).payload)).toEqual({
    online: true,
    timestamp: stateOf(willOf(second).payload).timestamp,
  });
});
test('tck-id-operational-behavior-host-application-connect-birth-qos the birth goes at QoS 1', () => {
  expect(birth(second).qos).toBe(1);
});
test('tck-id-operational-behavior-host-application-connect-birth-retained the birth is retained', () => {
  expect(birth(second).retain).toBe(true);
});
test('tck-id-operational-behavior-host-application-multi-server-timestamp each connection has a time of its own', () => {
  expect(stateOf(birth(second).payload).timestamp).not.toBe(stateOf(birth(first).payload).timestamp);
  const slandered = broker.events.slice(slanderedAt).find((event) => isState(event, true));
  expect(slandered?.kind === 'publish' && stateOf(slandered.payload).timestamp).toBe(
    stateOf(birth(second).payload).timestamp,
  );
});
test(
  'tck-id-operational-behavior-host-application-termination an intended end is told by a death',
  expectFarewell,
);
test('tck-id-operational-behavior-host-application-death-topic the death goes to spBv1.0/STATE/<host id>', () => {
  expect(farewell().topic).toBe(STATE);
});
test('tck-id-operational-behavior-host-application-death-payload the death says online false with its time', () => {
  expect(stateOf(farewell().payload)).toEqual({ online: false, timestamp: expect.any(Number) });
});
test('tck-id-operational-behavior-host-application-death-qos the death goes at QoS 1', () => {
  expect(farewell().qos).toBe(1);
});
test('tck-id-operational-behavior-host-application-death-retained the death is retained', () => {
  expect(farewell().retain).toBe(true);
});
test(
  'tck-id-operational-behavior-host-application-disconnect-intentional DISCONNECT comes right after the death',
  expectFarewell,
);
test('the session of the host ends with its connection, as the specification wants', () => {
  expect(connect(first).clean).toBe(true);
});
test('a host that is called offline says at once that it is not', () => {
  const after = broker.events.slice(slanderedAt).filter((event) => event.kind === 'publish');
  expect(after.map(({ client }) => client).slice(0, 2)).toEqual([expect.not.stringMatching(CLIENT), CLIENT]);
});
