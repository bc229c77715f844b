import { expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { createFakeEventSources } from '../../tests/support/fake-event-source.ts';
import { beatFixture, snapshotFixture } from '../../tests/support/live-fixture.ts';
import { createLiveHub } from './live-hub.ts';
import type { FromHub } from './live-messages.ts';

function setUp() {
  const clock = createFakeClock();
  const sources = createFakeEventSources();
  const hub = createLiveHub({ clock, openEventSource: sources.open });
  const join = (site = 'lindau') => {
    const heard: FromHub[] = [];
    const seat = hub.join(site, { send: (message) => heard.push(message) });
    return {
      ...seat,
      heard,
      names: () => heard.map((each) => (each.type === 'event' ? each.event.name : each.type)),
    };
  };
  return { clock, sources, join };
}

const beat = (at: number) => beatFixture({ at });

test('two pages of one site share one stream', () => {
  const { sources, join } = setUp();
  const first = join();
  const second = join();
  sources.newest().say('snapshot', 100, snapshotFixture());
  sources.newest().say('readings', 101, [[1, snapshotFixture().at + 500, 72, 'good']]);
  expect(sources.opened()).toEqual(['/api/v1/sites/lindau/live']);
  expect(first.names()).toEqual(['connection', 'snapshot', 'readings']);
  expect(second.names()).toEqual(['connection', 'snapshot', 'readings']);
});

test('a page that joins later gets the picture as it is by then, and how long ago the server was heard', () => {
  const { clock, sources, join } = setUp();
  join();
  sources.newest().say('snapshot', 100, snapshotFixture());
  sources.newest().say('readings', 101, [[1, snapshotFixture().at + 500, 72.5, 'good']]);
  clock.advance(700);
  const [, message] = join().heard;
  expect(message).toMatchObject({ type: 'snapshot', heardAgoMs: 700, snapshot: { position: 101 } });
  expect(message).toHaveProperty('snapshot.lines.0.machines.0.signals.0.value', 72.5);
});

test('each site has its own stream', () => {
  const { sources, join } = setUp();
  join('lindau');
  join('werk süd');
  expect(sources.opened()).toEqual(['/api/v1/sites/lindau/live', '/api/v1/sites/werk%20s%C3%BCd/live']);
});

test('the stream outlives the step from one page to the next and is closed when nobody comes', () => {
  const { clock, sources, join } = setUp();
  const beatAfter = (ms: number) => {
    clock.advance(ms);
    sources.newest().say('beat', 101, beat(clock.now()));
  };
  join().leave();
  beatAfter(4_000);
  const next = join();
  beatAfter(4_000);
  expect(sources.newest().closed).toBe(false);
  next.leave();
  clock.advance(5_000);
  expect(sources.newest().closed).toBe(true);
  clock.advance(60_000);
  expect(sources.opened()).toHaveLength(1);
});

test('a page that takes nothing is sent no more than the bound, and a snapshot once it takes again', () => {
  const { sources, join } = setUp();
  const frozen = join();
  sources.newest().say('snapshot', 100, snapshotFixture());
  for (let i = 0; i < 1000; i++) sources.newest().say('beat', 101 + i, beat(snapshotFixture().at + i));
  const sent = frozen.heard.length;
  expect(sent).toBeLessThanOrEqual(402);
  frozen.taken(sent);
  expect(frozen.heard.at(-1)).toMatchObject({ type: 'snapshot', snapshot: { position: 1100 } });
});

test('while the browser itself comes back with its Last-Event-ID no second stream is opened', () => {
  const { sources, join } = setUp();
  const page = join();
  sources.newest().say('snapshot', 100, snapshotFixture());
  sources.newest().fail('connecting');
  expect(page.heard.at(-1)).toEqual({
    type: 'connection',
    connection: { open: false, detail: 'The server cannot be reached' },
  });
  expect(sources.opened()).toHaveLength(1);
});

test('a stream that the browser gave up is opened anew from the last position', () => {
  const { clock, sources, join } = setUp();
  join();
  sources.newest().say('snapshot', 100, snapshotFixture());
  sources.newest().say('beat', 107, beat(snapshotFixture().at));
  sources.newest().fail('closed');
  clock.advance(1_000);
  expect(sources.opened().at(-1)).toBe('/api/v1/sites/lindau/live?lastEventId=107');
});

test('a connection that dies without a word is opened anew after six seconds', () => {
  const { clock, sources, join } = setUp();
  const page = join();
  sources.newest().say('snapshot', 100, snapshotFixture());
  clock.advance(5_999);
  expect(sources.opened()).toHaveLength(1);
  clock.advance(1);
  expect(page.heard.at(-1)).toMatchObject({
    connection: { open: false, detail: 'The connection went silent' },
  });
  clock.advance(1);
  expect(sources.opened()).toHaveLength(2);
});

test('a frame that does not follow the contract is passed over', () => {
  const { sources, join } = setUp();
  const page = join();
  sources.newest().say('snapshot', 100, snapshotFixture());
  sources.newest().say('readings', 101, [['one', 'two']]);
  sources.newest().sayRaw('readings', '102', '{');
  sources.newest().sayRaw('beat', '', JSON.stringify(beat(1)));
  expect(page.names()).toEqual(['connection', 'snapshot']);
});
