import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  hasSparkplugData,
  sparkplugSession,
  type SessionMessage,
} from '../../tests/support/sparkplug-data.ts';
import { expectEven } from '../../tests/support/start-pipeline.ts';
import {
  connectEdge,
  startSparkplug,
  type Heard,
  type RunningSparkplug,
} from '../../tests/support/start-sparkplug.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { decodePayload } from './decode-payload.ts';

// The session that another implementation encoded, through the embedded broker into the database, step by step.

let db: TestDatabase;
let sparkplug: RunningSparkplug;
let edge: Awaited<ReturnType<typeof connectEdge>>;
let session: SessionMessage[];

beforeAll(async () => {
  if (!hasSparkplugData) return;
  db = await createTestDatabase();
  sparkplug = await startSparkplug(db);
  edge = await connectEdge(sparkplug.url);
  session = sparkplugSession();
});
afterAll(async () => {
  if (!hasSparkplugData) return;
  edge.client.end(true);
  await sparkplug.stop();
  await db.close();
});

const NODE = 'Plant1/sparkplug/EdgeA/EdgeA';
const PRESS = 'Plant1/sparkplug/EdgeA/Press07';

async function publish(...names: string[]): Promise<void> {
  for (const name of names) {
    const message = session.find((each) => each.name.startsWith(name));
    if (message === undefined) throw new Error(`the session has no message ${name}`);
    await edge.client.publishAsync(message.topic, message.payload, { qos: message.qos });
  }
  // A message of another kind that is acknowledged when all before it were taken.
  await edge.client.publishAsync('plants/fence/a/l/m/s', '1', { qos: 1 });
  await sparkplug.pipeline.ingest.drain();
}

/** Values by signal of a machine, in order of time; quality beside what is not good. */
async function stored(machine: string): Promise<Record<string, unknown[]>> {
  const rows = await db.ownerSql<{ signal: string; value: number | string | null; quality: number }[]>`
    SELECT g.slug AS signal, r.value, r.quality FROM (
      SELECT signal_id, at, to_jsonb(value) AS value, quality FROM telemetry.reading
      UNION ALL SELECT signal_id, at, to_jsonb(text), quality FROM telemetry.event) r
    JOIN public.signal g USING (signal_id) JOIN public.machine m USING (machine_id) JOIN public.line l USING (line_id)
    JOIN public.area a USING (area_id) JOIN public.site s USING (site_id)
    WHERE s.slug || '/' || a.slug || '/' || l.slug || '/' || m.slug = ${machine} ORDER BY r.at`;
  const bySignal: Record<string, unknown[]> = {};
  for (const { signal, value, quality } of rows)
    (bySignal[signal] ??= []).push(quality === 0 ? value : [value, quality]);
  return bySignal;
}

/** `true` while it is there, else since when it is gone; null before it is told. */
async function presence(machine: string): Promise<true | number | null> {
  const [row] = await db.ownerSql<{ announced: boolean; gone: Date | null }[]>`
    SELECT m.announced, m.gone_since AS gone FROM public.machine m JOIN public.line l USING (line_id)
    JOIN public.area a USING (area_id) JOIN public.site s USING (site_id)
    WHERE s.slug || '/' || a.slug || '/' || l.slug || '/' || m.slug = ${machine}`;
  return row === undefined || !row.announced ? null : (row.gone?.getTime() ?? true);
}

async function reasons(): Promise<string[]> {
  const rows = await db.ownerSql<
    { reason: string }[]
  >`SELECT reason FROM telemetry.dead_letter ORDER BY dead_letter_id`;
  return rows.map(({ reason }) => reason);
}

const requests = (heard: Heard[]) => heard.filter(({ topic }) => topic === 'spBv1.0/Plant1/NCMD/EdgeA');

test.runIf(hasSparkplugData)('a session of another implementation comes to what its notes say', async () => {
  await publish('01', '02', '03');
  expect(await stored(NODE)).toEqual({
    'types.i8min': [-128],
    'types.i8max': [127],
    'types.i16min': [-32768],
    'types.i32min': [-2147483648],
    'types.i64min': ['-9223372036854775808'],
    'types.i64big': ['9007199254740993'],
    'types.u8max': [255],
    'types.u16max': [65535],
    'types.u32max': [4294967295],
    'types.u64max': ['18446744073709551615'],
    'types.flt': [Math.fround(0.1)],
    'types.dbl': [-1.5e300],
    'types.boolT': [1],
    'types.str': ['Ünïcode €豆腐'],
    'types.dt': [1700000000000],
    'types.txt': ['line1\nline2'],
    'types.uuid': ['123e4567-e89b-12d3-a456-426614174000'],
  });
  expect(await reasons()).toEqual(['unsupported_format']);
  await expect.poll(() => presence(NODE)).toBe(true);
  await expect.poll(() => presence(PRESS)).toBe(true);

  await publish('04', '05', '06');
  const before = await stored(PRESS);
  expect(before['cycle_count']).toEqual([1000, 1001]);
  // The historical one lies an hour before all others.
  expect(before['temperature']?.slice(0, 1)).toEqual([65.5]);
  expect(before['temperature']?.slice(2)).toEqual([72, [null, 2]]);
  const [unit] = await db.ownerSql`SELECT unit, ages FROM public.signal WHERE slug = 'temperature'`;
  expect(unit).toEqual({ unit: 'Cel', ages: false });
  const lanes = await db.ownerSql<{ lane: string }[]>`
    SELECT lane FROM telemetry.ingest_batch ORDER BY position DESC LIMIT 20`;
  expect(lanes.map(({ lane }) => lane)).toContain('late');

  // 07 jumps over a number that 08 brings at once; 09 is 07 again.
  await publish('07', '08', '09');
  expect((await stored(PRESS))['cycle_count']).toEqual([1000, 1001, 1003, 1002]);
  expect(requests(edge.heard)).toEqual([]);
  expect(sparkplug.pipeline.ingest.accounting().duplicate).toBe(1);

  await publish('10');
  await expect.poll(() => requests(edge.heard)).toHaveLength(1);
  const [request] = requests(edge.heard);
  expect(decodePayload(request?.payload ?? Buffer.alloc(0))).toMatchObject({
    value: { metrics: [{ name: 'Node Control/Rebirth', value: { value: true } }] },
  });
  expect(request).toMatchObject({ qos: 0, retain: false });
  await publish('11');
  expect((await reasons()).slice(1)).toEqual(['unknown_metric', 'unknown_metric']);

  await publish('12');
  const death = session.find(({ name }) => name === '12_ddeath');
  await expect.poll(() => presence(PRESS)).toBe(death?.sentAtMs);
  expect(await presence(NODE)).toBe(true);

  const temperatures = (await stored(PRESS))['temperature'];
  await publish('13');
  expect((await reasons()).slice(3)).toEqual(['no_session']);
  expect((await stored(PRESS))['temperature']).toEqual(temperatures);
  expect(await presence(PRESS)).toBe(death?.sentAtMs);

  await publish('14');
  await expect.poll(() => presence(PRESS)).toBe(true);
  expect((await stored(PRESS))['cycle_count']?.at(-1)).toBe(0);
  const gone = await db.ownerSql<{ slug: string }[]>`
    SELECT g.slug FROM public.signal g JOIN public.machine m USING (machine_id)
    WHERE m.slug = 'Press07' AND g.gone_since IS NOT NULL ORDER BY g.slug`;
  expect(gone.map(({ slug }) => slug)).toEqual([
    'energy_kwh',
    'good_count',
    'running',
    'scrap_count',
    'state',
  ]);
  expectEven(sparkplug.pipeline.ingest.accounting());
});
