import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../contracts/clock.ts';
import { listDeadLetters } from '../../server/queries/list-dead-letters.ts';
import { deadLetterPayload } from '../../server/queries/dead-letter-payload.ts';
import { requestReplay, requestReplayOf } from '../../server/queries/request-replay.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { expectEven, quietLog, startPipeline, type TestPipeline } from '../support/start-pipeline.ts';
import { ensureOrganisation } from '../../telemetry/registry/ensure-organisation.ts';
import { claimLetters } from '../../telemetry/replay/claim-letters.ts';
import { createReplayer } from '../../telemetry/replay/create-replayer.ts';

const AT = '2025-11-20T10:00:00Z';
const ARRIVED_MS = Date.UTC(2025, 10, 20, 11);

let db: TestDatabase;
let pipeline: TestPipeline;
let plant: number;
let site = '';
let machine = '';

beforeAll(async () => {
  db = await createTestDatabase();
  pipeline = await startPipeline(db.database);
  plant = pipeline.registry.organisationId('plant') ?? 0;
});
afterAll(() => db.close());
beforeEach((context) => {
  site = `site-${context.task.id}`;
  machine = `plants/${site}/hall-1/line-1/press-1`;
});

/** The books: counters, ledger and tables say the same; replays make no letter and count nothing twice. */
afterEach(async () => {
  const accounting = pipeline.ingest.accounting();
  expectEven(accounting);
  expect(accounting.inFlight).toBe(0);
  const [ledger] = await db.ownerSql<
    { received: number; stored: number; deadLettered: number; conflict: number }[]
  >`
    SELECT received, stored, dead_lettered AS "deadLettered", conflict FROM telemetry.ledger_total`;
  expect(ledger).toMatchObject({ received: accounting.received, stored: accounting.stored });
  const [tables] = await db.ownerSql<{ stored: number; letters: number }[]>`
    SELECT (SELECT count(*) FROM telemetry.reading) + (SELECT count(*) FROM telemetry.event) AS stored,
           (SELECT count(*) FROM telemetry.dead_letter) AS letters`;
  expect(tables).toEqual({
    stored: ledger?.stored,
    letters: (ledger?.deadLettered ?? 0) + (ledger?.conflict ?? 0),
  });
});

const replayer = (run = 'run-1', over = pipeline.ingest, database = db.database) =>
  createReplayer({ database, ingest: over, clock: systemClock, log: quietLog, writer: 'test-writer', run });
const ofSite = () => ({ reason: null, topic: `/${site}/`, feed: null, sinceMs: null, untilMs: null });
const letters = async () =>
  (await listDeadLetters(db.database, [plant], { below: null, limit: 100, filter: ofSite() })).items;
const replayAll = async () => {
  const requested = await requestReplayOf(db.database, [plant], ofSite());
  await replayer().replayAsked();
  return requested;
};
const values = async () => {
  const rows = await db.ownerSql<{ value: number; ms: number }[]>`
    SELECT value, round(date_part('epoch', at) * 1000)::float8 AS ms FROM telemetry.reading
    JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)
    JOIN public.line USING (line_id) JOIN public.area USING (area_id) JOIN public.site USING (site_id)
    WHERE site.slug = ${site} ORDER BY at, value`;
  return rows;
};
/** What a fix of the cause looks like: the signal takes another unit. */
const setUnit = async (unit: string) => {
  await db.ownerSql`UPDATE public.signal SET unit = ${unit} WHERE machine_id IN (
    SELECT machine_id FROM public.machine JOIN public.line USING (line_id) JOIN public.area USING (area_id)
    JOIN public.site USING (site_id) WHERE site.slug = ${site})`;
  await pipeline.registry.reload();
};

test('after a fix a letter is stored with the time of its original arrival, in the late lane', async () => {
  await pipeline.send(`${machine}/t`, { value: 20, unit: 'Cel', at: AT });
  await pipeline.send(`${machine}/t`, { value: 3, unit: 'bar' }, { receivedAtMs: ARRIVED_MS });
  const [letter] = await letters();
  expect(letter).toMatchObject({ reason: 'bad_unit', kept: 'whole', replayable: 'yes', replay: null });
  expect(letter?.sha256).toBe(createHash('sha256').update('{"value":3,"unit":"bar"}').digest('hex'));
  await setUnit('bar');
  expect(await replayAll()).toBe(1);
  expect((await values()).map(({ value, ms }) => [value, ms])).toContainEqual([3, ARRIVED_MS]);
  expect((await letters())[0]).toMatchObject({
    replayable: 'replayed',
    replayRequestedAt: null,
    replay: { outcome: 'stored', stored: 1, refused: 0 },
  });
  const [batch] = await db.ownerSql`SELECT lane FROM telemetry.ingest_batch ORDER BY position DESC LIMIT 1`;
  expect(batch).toEqual({ lane: 'late' });
  expect(await replayAll()).toBe(0);
});

test('what is refused again stays one letter, with the newer reason beside that of its arrival', async () => {
  await pipeline.send(`${machine}/t`, 'NaN');
  await replayAll();
  await replayAll();
  expect(await letters()).toMatchObject([
    {
      reason: 'bad_number',
      replayable: 'yes',
      replay: { outcome: 'refused', reason: 'bad_number', refused: 1 },
    },
  ]);
});

test('of a message whose other elements were stored only the refused ones are taken in, each once', async () => {
  await pipeline.send(`${machine}/t`, { value: 20, unit: 'Cel', at: AT });
  const payload = [1, { value: 2, unit: 'bar' }, 3, { value: 4, unit: 'bar' }];
  await pipeline.send(`${machine}/t`, payload, { receivedAtMs: ARRIVED_MS });
  expect((await letters()).map(({ kept, replayable }) => [kept, replayable])).toEqual([
    ['element', 'yes'],
    ['whole', 'yes'],
  ]);
  await setUnit('bar');
  expect(await replayAll()).toBe(2);
  expect((await values()).map(({ value }) => value).sort()).toEqual([1, 2, 20, 3, 4]);
  expect((await letters()).map(({ replay }) => replay?.stored)).toEqual([1, 1]);
});

test('a message of which a part is refused again keeps that part for the next time', async () => {
  const foreign = { feed: 'mqtt', organisation: 'stranger', receivedAtMs: ARRIVED_MS };
  await ensureOrganisation(db.database, { slug: 'stranger', name: 'Stranger', simulated: false }, []);
  await pipeline.send(`${machine}/t`, { value: 20, unit: 'Cel', at: AT });
  await pipeline.send(machine, { at: '?', values: { t: { value: 1, unit: 'bar' }, p: 2 } }, foreign);
  // As if a later version read the time: the record's payload is replaced by one that can be read.
  const fixed = Buffer.from(JSON.stringify({ values: { t: { value: 1, unit: 'bar' }, p: 2 } }));
  await db.ownerSql`UPDATE telemetry.dead_letter SET payload = ${fixed}, publisher = NULL WHERE topic = ${machine}`;
  await replayAll();
  expect((await letters())[0]).toMatchObject({
    replayable: 'yes',
    replay: { outcome: 'refused', stored: 1, refused: 1, reason: 'bad_unit' },
  });
  await setUnit('bar');
  await replayAll();
  expect((await values()).map(({ value }) => value).sort()).toEqual([1, 2, 20]);
  expect((await letters())[0]).toMatchObject({
    replayable: 'replayed',
    replay: { outcome: 'stored', stored: 1 },
  });
});

test('a run that was killed leaves its letters to the next one, and cannot settle them any more', async () => {
  await pipeline.send(`${machine}/t`, { value: 20, unit: 'Cel', at: AT });
  await pipeline.send(`${machine}/t`, { value: 3, unit: 'bar' }, { receivedAtMs: ARRIVED_MS });
  await setUnit('bar');
  await requestReplayOf(db.database, [plant], ofSite());
  const [held] = await db.database.transaction({ role: 'sentia_writer' }, (sql) =>
    claimLetters(sql, {
      claim: 'test-writer dead',
      writer: 'test-writer',
      staleBefore: new Date(0),
      limit: 9,
    }),
  );
  expect(await replayer('run-2').replayAsked()).toBe(1);
  const replay = { letterId: held?.letterId ?? 0, elements: null, claim: 'test-writer dead' };
  await pipeline.send(`${machine}/t`, { value: 3, unit: 'bar' }, { receivedAtMs: ARRIVED_MS, replay });
  expect((await values()).map(({ value }) => value).sort()).toEqual([20, 3]);
  expect((await letters())[0]?.replay).toMatchObject({ outcome: 'stored', stored: 1, duplicate: 0 });
});

test('another writer leaves a claimed letter alone until its claim is old', async () => {
  await pipeline.send(`${machine}/t`, 'NaN');
  await requestReplayOf(db.database, [plant], ofSite());
  const claim = (name: string, staleBefore: Date) =>
    db.database.transaction({ role: 'sentia_writer' }, (sql) =>
      claimLetters(sql, { claim: `${name} run`, writer: name, staleBefore, limit: 9 }),
    );
  expect(await claim('one', new Date(0))).toHaveLength(1);
  expect(await claim('two', new Date(0))).toHaveLength(0);
  expect(await claim('two', new Date(Date.now() + 60_000))).toHaveLength(1);
  await replayer('run-3').replayAsked();
});

test('nobody replays or reads the letters of another organisation', async () => {
  await ensureOrganisation(db.database, { slug: 'other', name: 'Other', simulated: false }, []);
  await pipeline.registry.reload();
  const other = pipeline.registry.organisationId('other') ?? 0;
  await pipeline.send(`${machine}/t`, 'NaN');
  const [letter] = await letters();
  const id = letter?.deadLetterId ?? 0;
  expect(await requestReplay(db.database, [other], [id])).toBe(0);
  expect(await deadLetterPayload(db.database, [other], id)).toBeNull();
  expect(Buffer.from((await deadLetterPayload(db.database, [plant], id))?.payload ?? []).toString()).toBe(
    'NaN',
  );
});

test('a payload beyond 64 KB keeps its beginning and its hash, and cannot be replayed', async () => {
  const payload = `[${'[1],'.repeat(20_000)}[1]]`;
  await pipeline.send(`${machine}/t`, `x${payload}`);
  const [letter] = await letters();
  expect(letter).toMatchObject({ size: payload.length + 1, kept: 'beginning', replayable: 'incomplete' });
  expect(letter?.sha256).toBe(createHash('sha256').update(`x${payload}`).digest('hex'));
  const kept = await deadLetterPayload(db.database, [plant], letter?.deadLetterId ?? 0);
  expect(kept?.payload).toHaveLength(4096);
  expect(await replayAll()).toBe(0);
});

test('letters are found by reason, part of the topic, feed and time, page by page', async () => {
  const send = (topic: string, payload: string, feed: string, receivedAtMs: number) =>
    pipeline.send(topic, payload, { feed, receivedAtMs });
  await send(`${machine}/a`, 'NaN', 'mqtt', ARRIVED_MS);
  await send(`${machine}/b`, '', 'mqtt', ARRIVED_MS + 1000);
  await send(`${machine}/B`, 'NaN', 'embedded', ARRIVED_MS + 2000);
  const find = async (filter: object, limit = 10) => {
    const page = await listDeadLetters(db.database, [plant], {
      below: null,
      limit,
      filter: { ...ofSite(), ...filter },
    });
    return page.items.map(({ topic }) => topic.at(-1));
  };
  expect(await find({})).toEqual(['B', 'b', 'a']);
  expect(await find({}, 2)).toEqual(['B', 'b']);
  expect(await find({ reason: 'bad_number' })).toEqual(['B', 'a']);
  expect(await find({ topic: `${site.toUpperCase()}/HALL-1/LINE-1/PRESS-1/B` })).toEqual(['B', 'b']);
  expect(await find({ feed: 'mqtt' })).toEqual(['b', 'a']);
  expect(await find({ sinceMs: ARRIVED_MS + 1000, untilMs: ARRIVED_MS + 2000 })).toEqual(['b']);
});
