import { expect, test } from 'vitest';
import { createPublisher } from '../broker/publisher.ts';
import { DEFAULT_SEED, SIMULATED_SITES } from '../layout/simulated-sites.ts';
import { createPlant } from '../plant/plant.ts';
import type { PlantMachine } from '../plant/plant-machine.ts';
import { createRecordingMqtt } from '../testing/recording-mqtt.ts';
import { createLiveFeed } from './live-feed.ts';

const plant = createPlant(DEFAULT_SEED, SIMULATED_SITES);
const NOON_S = Date.UTC(2026, 10, 20, 12) / 1000;
const machines = plant.lines.flatMap((line) =>
  line.machines.map((machine) => ({
    line,
    machine,
    topic: `plants/${line.site}/${line.area}/${line.line}/${machine.machine}`,
  })),
);

function createFeed() {
  const mqtt = createRecordingMqtt();
  const publisher = createPublisher(mqtt, 1e6);
  const missed: { fromS: number; toS: number }[] = [];
  const fail = (error: unknown) => {
    throw error;
  };
  const feed = createLiveFeed({ plant, publisher, onMissed: (gap) => missed.push(gap), onError: fail });
  mqtt.acknowledgeAll();
  return { mqtt, feed, missed, take: () => mqtt.published.splice(0) };
}

/** The first second from `fromS` on at which it is so, for some machine. */
function find(fromS: number, isSo: (machine: PlantMachine, atS: number) => boolean) {
  for (let atS = fromS; atS < fromS + 86_400; atS++) {
    for (const each of machines) if (isSo(each.machine, atS)) return { ...each, atS };
  }
  throw new Error('this does not occur within a day');
}

test('in its first second each signal is declared with its unit on its own topic, then a machine speaks once a second', () => {
  const { feed, take } = createFeed();
  feed.tick(NOON_S);
  const first = take().filter(({ topic }) => topic.split('/').length === 6);
  const declared = machines.filter(({ machine }) => !machine.silentAt(NOON_S));
  expect(first.length).toBeGreaterThanOrEqual(declared.length * 6);
  expect(first.every(({ topic }) => topic.split('/').length === 6)).toBe(true);
  const vibration = first.find(({ topic }) => topic === 'plants/lindau/filling/line-1/packer/vibration');
  expect(JSON.parse(vibration?.payload ?? '')).toEqual({
    value: machines.find(({ topic }) => topic.endsWith('line-1/packer'))?.machine.sensorsAt(NOON_S)[
      'vibration'
    ],
    at: NOON_S * 1000,
    unit: 'mm/s',
  });
  feed.tick(NOON_S + 1);
  const second = take().filter(({ topic }) => topic.split('/').length === 5);
  expect(second.length).toBe(machines.filter(({ machine }) => !machine.silentAt(NOON_S + 1)).length);
});

test('the state is published when it changes and at every full minute, not in between', () => {
  const { feed, take } = createFeed();
  const { atS, topic } = find(
    NOON_S,
    (machine, at) =>
      at % 60 > 5 &&
      machine.changes(at, at + 1).length > 0 &&
      machine.changes(at - 2, at).length === 0 &&
      machine.releaseOf(at) === null,
  );
  feed.tick(atS - 3);
  take();
  const said = [atS - 2, atS - 1, atS].map((at) => {
    feed.tick(at);
    const message = take().find((each) => each.topic === topic);
    return Object.keys((JSON.parse(message?.payload ?? '{}') as { values: object }).values).includes('state');
  });
  expect(said).toEqual([false, false, true]);
  const minuteS = NOON_S + 60;
  feed.tick(minuteS);
  const minute = take().filter(
    (each) => each.topic.split('/').length === 5 && !each.topic.endsWith('/order'),
  );
  expect(minute.every(({ payload }) => payload.includes('"state":'))).toBe(true);
});

test('a late message comes 30 to 300 s after its time, once, and the others go on meanwhile', () => {
  const { feed, take } = createFeed();
  const { atS, machine, topic } = find(
    NOON_S,
    (each, at) => each.releaseOf(at) !== null && !each.silentAt(at),
  );
  const releaseS = machine.releaseOf(atS) ?? 0;
  feed.tick(atS - 5);
  take();
  const heard: { heardAtS: number; payload: string }[] = [];
  for (let nowS = atS; nowS <= releaseS; nowS++) {
    feed.tick(nowS);
    for (const each of take())
      if (each.topic === topic) heard.push({ heardAtS: nowS, payload: each.payload });
  }
  const late = heard.filter(({ payload }) => (JSON.parse(payload) as { at: number }).at === atS * 1000);
  expect(late.map(({ heardAtS }) => heardAtS)).toEqual([releaseS]);
  expect(releaseS - atS).toBeGreaterThanOrEqual(30);
  expect(releaseS - atS).toBeLessThanOrEqual(300);
  expect(heard.length).toBeGreaterThan(10);
});

test('a repeated message is the same twice', () => {
  const { feed, take } = createFeed();
  const { atS, topic } = find(
    NOON_S,
    (machine, at) => machine.repeatedAt(at) && !machine.silentAt(at) && machine.releaseOf(at) === null,
  );
  feed.tick(atS - 1);
  take();
  feed.tick(atS);
  const same = take().filter((each) => each.topic === topic);
  expect(same).toHaveLength(2);
  expect(same[0]).toEqual(same[1]);
});

test('while the broker is away nothing is kept, and the missed range is named once it is back', () => {
  const { mqtt, feed, missed, take } = createFeed();
  feed.tick(NOON_S);
  take();
  mqtt.connected = false;
  for (let s = 1; s <= 5; s++) feed.tick(NOON_S + s);
  expect(take()).toEqual([]);
  mqtt.connect();
  feed.tick(NOON_S + 6);
  feed.tick(NOON_S + 7);
  expect(missed).toEqual([{ fromS: NOON_S + 1, toS: NOON_S + 6 }]);
  expect(take().length).toBeGreaterThan(30);
});

test('what is held back as late is published when the feed is flushed', () => {
  const { feed, take } = createFeed();
  const { atS, topic } = find(NOON_S, (each, at) => each.releaseOf(at) !== null && !each.silentAt(at));
  feed.tick(atS - 1);
  feed.tick(atS);
  take();
  feed.flush();
  expect(take().map((each) => each.topic)).toContain(topic);
});
