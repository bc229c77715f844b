import { expect, test } from 'vitest';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { writerStatus } from '../../tests/support/writer-status.ts';
import { composeBeat } from './beat.ts';
import { createHub } from './hub.ts';
import { createLivePicture } from './live-picture.ts';
import type { EquipmentRow, SiteInfo } from './load-registry.ts';
import { createPicture } from './picture.ts';
import type { StreamClient } from './stream-client.ts';

const SITE: SiteInfo = {
  siteId: 1,
  site: 'ulm',
  name: 'Ulm',
  timeZone: 'UTC',
  organisationId: 1,
  organisation: 'plant',
  simulated: false,
};

const row = (signalId: number, signal: string, kind: 'number' | 'text' = 'number'): EquipmentRow => ({
  ...{ lineId: 1, area: 'hall', line: 'line-1', machineId: 1, machine: 'press' },
  ...{ signalId, signal, unit: null, kind, staleAfterMs: 60_000, ages: true, goneSince: null },
});

/** A site with a temperature (1) and a state (2), its hub, and time that stands still. */
function setup() {
  const clock = createFakeClock();
  const picture = createPicture();
  let broker = { ok: true, detail: null as string | null };
  const rows = [row(1, 'temperature'), row(2, 'state', 'text')];
  picture.putSite(SITE, rows, { position: 0, nowMs: clock.now() });
  for (const site of picture.sites()) picture.takeChanges(site);
  const beat = () =>
    composeBeat({
      nowMs: clock.now(),
      position: picture.position(),
      database: { ok: true, detail: null },
      broker,
      writers: [{ status: writerStatus({}), heardAtMs: clock.now() }],
    });
  const live = createLivePicture({ clock, picture: () => picture, beat });
  const hub = createHub({ clock, live, picture: () => picture, floor: () => 0 });
  hub.start();
  let position = 0;

  return {
    clock,
    picture,
    hub,
    rows,
    loseBroker: () => (broker = { ok: false, detail: 'gone' }),
    /** One committed batch. */
    commit: (value: number | string, signalId = 1) => {
      position += 1;
      picture.apply(
        position,
        [{ signalId, atMicros: clock.now() * 1000, value, quality: 'good' }],
        clock.now(),
        false,
      );
      hub.changed(false);
      return position;
    },
    watch: (lastEventId: string | null = null) => {
      const events: EventSourceMessage[] = [];
      let writes = 0;
      let ended = false;
      const parser = createParser({ onEvent: (event) => events.push(event) });
      const client: StreamClient = {
        send: (bytes) => {
          writes += 1;
          parser.feed(bytes.toString());
        },
        end: () => (ended = true),
      };
      const leave = hub.join('ulm', client, lastEventId);
      return {
        events,
        leave,
        writes: () => writes,
        ended: () => ended,
        named: (name: string) => events.filter((e) => e.event === name),
      };
    },
  };
}

const data = (event: EventSourceMessage | undefined): unknown => JSON.parse(event?.data ?? 'null');

test('a frame leaves at once, the next ones 50 ms apart with the latest of each signal', () => {
  const { clock, commit, watch } = setup();
  const client = watch();
  clock.advance(10);
  commit(1);
  expect(client.named('readings')).toHaveLength(1);
  for (const value of [2, 9, 4]) {
    clock.advance(10);
    commit(value);
  }
  expect(client.named('readings')).toHaveLength(1);
  clock.advance(20);
  expect(client.named('readings')).toHaveLength(2);
  expect(data(client.named('readings')[1])).toEqual([[1, clock.now() - 20, 4, 'good', 2, 9]]);
  expect(client.named('readings')[1]?.id).toBe('4');
  clock.advance(500);
  expect(client.named('readings')).toHaveLength(2);
});

test('no frame carries a position of which something was not sent before', () => {
  const { clock, commit, watch } = setup();
  const client = watch();
  commit('running', 2);
  clock.advance(990);
  commit(5);
  commit('idle', 2);
  // The beat of this moment comes before the frame that waits.
  clock.advance(60);
  let told = 0;
  let known = 0;
  for (const event of client.events) {
    if (event.event === 'readings') {
      for (const [, , value] of data(event) as [number, number, number | string][]) {
        if (value === 'running') known = Math.max(known, 1);
        if (value === 5) known = Math.max(known, 2);
        if (value === 'idle') known = Math.max(known, 3);
      }
    }
    told = Number(event.id);
    expect(told).toBeLessThanOrEqual(known);
  }
  expect(told).toBe(3);
});

test('the beat comes every second, and at once when values are live no more', () => {
  const { clock, hub, watch, loseBroker } = setup();
  const client = watch();
  clock.advance(3000);
  expect(client.named('beat')).toHaveLength(4);
  loseBroker();
  hub.beatChanged();
  expect(data(client.named('beat').at(-1))).toMatchObject({
    live: false,
    broker: { ok: false, detail: 'gone' },
  });
  const before = client.named('beat').length;
  hub.beatChanged();
  expect(client.named('beat')).toHaveLength(before);
});

test('new equipment brings a snapshot, at most one a second, and positions wait for it', () => {
  const { clock, picture, rows, commit, watch } = setup();
  const client = watch();
  clock.advance(5000);
  const grow = () => {
    rows.push(row(rows.length + 1, `signal-${rows.length}`));
    picture.putSite(SITE, [...rows], { position: picture.position() + 1, nowMs: clock.now() });
    return commit(1, rows.length);
  };
  const first = grow();
  clock.advance(50);
  expect(client.named('snapshot')).toHaveLength(2);
  expect(client.named('snapshot').at(-1)?.id).toBe(String(first));
  grow();
  clock.advance(100);
  const third = grow();
  clock.advance(100);
  expect(client.named('snapshot')).toHaveLength(2);
  expect(client.events.at(-1)?.id).toBe(String(first));
  clock.advance(2000);
  expect(client.named('snapshot')).toHaveLength(3);
  expect(client.named('snapshot').at(-1)?.id).toBe(String(third));
  expect(client.events.at(-1)?.id).toBe(String(third));
});

test('a client that comes back is sent what changed since, and a client that comes is sent all', () => {
  const { clock, commit, watch } = setup();
  commit(1);
  const seen = commit('running', 2);
  clock.advance(100);
  commit(2);
  clock.advance(100);
  const back = watch(String(seen));
  expect(back.events.map((event) => event.event)).toEqual(['readings', 'beat']);
  expect(data(back.events[0])).toEqual([[1, clock.now() - 100, 2, 'good']]);
  expect(watch().events.map((event) => event.event)).toEqual(['snapshot', 'beat']);
});

test('one who comes back from before new equipment is sent a snapshot', () => {
  const { clock, hub, picture, rows, commit, watch } = setup();
  const seen = commit(1);
  commit(2);
  picture.putSite(SITE, [...rows, row(3, 'pressure')], {
    position: picture.position() + 1,
    nowMs: clock.now(),
  });
  hub.changed(false);
  expect(watch(String(seen)).events.map((event) => event.event)).toEqual(['snapshot', 'beat']);
});

test('a resync names no position that could be continued', () => {
  const { commit, watch } = setup();
  commit(1);
  const client = watch('garbage');
  expect(client.events.map((event) => [event.event, event.id])).toEqual([
    ['resync', '0'],
    ['snapshot', '1'],
    ['beat', '1'],
  ]);
});

test('a replaced picture is a snapshot for all, and a removed site ends its streams', () => {
  const { clock, hub, picture, watch } = setup();
  const client = watch();
  clock.advance(2000);
  hub.changed(true);
  expect(client.named('snapshot')).toHaveLength(2);
  picture.keepSites(new Set());
  hub.changed(true);
  clock.advance(100);
  expect(client.ended()).toBe(true);
});

test('one who has left is sent nothing more', () => {
  const { clock, hub, commit, watch } = setup();
  const client = watch();
  client.leave?.();
  const writes = client.writes();
  commit(1);
  clock.advance(5000);
  expect(client.writes()).toBe(writes);
  expect(hub.counts().clients).toBe(0);
});

test('all who watch a site are handed the very same bytes', () => {
  const { clock, commit, hub } = setup();
  const handed: Buffer[] = [];
  for (let i = 0; i < 3; i++)
    hub.join('ulm', { send: (bytes) => handed.push(bytes), end: () => undefined }, null);
  handed.length = 0;
  clock.advance(100);
  commit(1);
  expect(handed).toHaveLength(3);
  expect(new Set(handed).size).toBe(1);
});
