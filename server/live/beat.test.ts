import { expect, test } from 'vitest';
import type { WriterStatus } from '../../contracts/feed.ts';
import { beatSchema } from '../../contracts/live.ts';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { writerStatus } from '../../tests/support/writer-status.ts';
import { composeBeat, type PartState } from './beat.ts';
import { createWriterBook } from './writer-book.ts';

const OK: PartState = { ok: true, detail: null };

function setup() {
  const clock = createFakeClock();
  const book = createWriterBook(clock);
  const beat = (parts: { database?: PartState; broker?: PartState } = {}) =>
    beatSchema.parse(
      composeBeat({
        nowMs: clock.now(),
        position: 7,
        database: OK,
        broker: OK,
        writers: book.writers(),
        ...parts,
      }),
    );
  return { clock, book, beat };
}

test('with database, broker, a writer and a connected feed values are live', () => {
  const { book, beat } = setup();
  book.hear(writerStatus({ readingsPerS: 120 }));
  expect(beat()).toMatchObject({ live: true, reason: null, position: 7, readingsPerS: 120 });
  expect(beat().feeds).toMatchObject([{ writer: 'writer-1', ageMs: 0, gone: false }]);
});

const causes: {
  name: string;
  parts?: { database?: PartState; broker?: PartState };
  status?: Partial<WriterStatus>;
  reason: string;
}[] = [
  {
    name: 'a database that does not answer',
    parts: { database: { ok: false, detail: 'no answer for 1.5 s' } },
    reason: 'The database does not answer: no answer for 1.5 s.',
  },
  {
    name: 'a lost broker',
    parts: { broker: { ok: false, detail: 'connection refused' } },
    reason: 'The connection to the broker is lost: connection refused.',
  },
  {
    name: 'feeds that are not connected',
    status: { feeds: [{ ...feed(), connected: false, detail: 'Not authorised.' }] },
    reason: 'No feed is connected: nothing arrives from the machines: Not authorised.',
  },
  {
    name: 'a writer that cannot store',
    status: { databaseError: 'disk full' },
    reason: 'Readings cannot be stored: disk full.',
  },
];

function feed() {
  const [first] = writerStatus({}).feeds;
  if (first === undefined) throw new Error('a writer has a feed');
  return first;
}

test.each(causes)('$name ends live, with its reason', ({ parts, status, reason }) => {
  const { book, beat } = setup();
  book.hear(writerStatus(status ?? {}));
  expect(beat(parts)).toMatchObject({ live: false, reason });
});

test('before any writer is heard nothing is live', () => {
  expect(setup().beat()).toMatchObject({
    live: false,
    reason: 'Nothing is heard from telemetry.',
    feeds: [],
  });
});

test('a writer silent for more than 2 s is gone, and after 10 s forgotten', () => {
  const { clock, book, beat } = setup();
  book.hear(writerStatus({ readingsPerS: 50 }));
  clock.advance(2000);
  expect(beat().live).toBe(true);
  clock.advance(1);
  expect(beat()).toMatchObject({
    live: false,
    reason: 'Nothing is heard from telemetry for 2 s.',
    readingsPerS: 0,
  });
  expect(beat().feeds).toMatchObject([{ gone: true, ageMs: 2001 }]);
  clock.advance(8000);
  expect(beat()).toMatchObject({ feeds: [], reason: 'Nothing is heard from telemetry.' });
});

test('one of two writers that goes away leaves the rest live and marks its feeds', () => {
  const { clock, book, beat } = setup();
  book.hear(writerStatus({ writer: 'a' }));
  clock.advance(2500);
  book.hear(writerStatus({ writer: 'b' }));
  expect(beat().live).toBe(true);
  expect(beat().feeds.map((f) => [f.writer, f.gone])).toEqual([
    ['a', true],
    ['b', false],
  ]);
});

test('forged writers do not fill the memory', () => {
  const { book } = setup();
  for (let i = 0; i < 500; i++) book.hear(writerStatus({ writer: `forged-${i}` }));
  expect(book.writers()).toHaveLength(100);
});

test('after the broker was lost a writer counts only when it is heard again', () => {
  const { clock, book, beat } = setup();
  book.hear(writerStatus({}));
  book.doubt();
  expect(beat()).toMatchObject({ live: false, reason: 'Nothing is heard from telemetry for 2 s.' });
  clock.advance(500);
  book.hear(writerStatus({}));
  expect(beat().live).toBe(true);
});
