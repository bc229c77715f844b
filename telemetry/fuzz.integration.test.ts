import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RefusalReason } from '../contracts/api/dead-letters.ts';
import { systemClock } from '../contracts/clock.ts';
import { createChooser } from '../tests/support/hostile/chooser.ts';
import {
  hostileMessage,
  NEIGHBOURS_DAY_MICROS,
  neighbourNumber,
  neighbourText,
  type Neighbour,
} from '../tests/support/hostile/hostile-message.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { expectEven, startPipeline, type TestPipeline } from '../tests/support/start-pipeline.ts';
import { decode } from './decode/decode.ts';
import { countedIn } from './message.ts';

const MESSAGES = process.env['SENTIA_TEST_FUZZ'] === 'long' ? 100_000 : 10_000;
const SEED = Number(process.env['SENTIA_TEST_FUZZ_SEED'] ?? 20_261_120);
/** So many under way at once, as feeds have them. */
const AT_ONCE = 250;
const VALID_SIGNALS = 50;
/** Reached after the valid signals were made. */
const CREATIONS_PER_HOUR = 500;
/** Given after decoding, by what is known or stored; all others decode alone gives. */
const GIVEN_LATER = ['conflict', 'bad_unit', 'creation_limit', 'foreign_site'];
/** Every reason that a plain message can meet. */
const TO_MEET: readonly RefusalReason[] = [
  ...(['empty_payload', 'payload_too_large', 'not_utf8', 'not_json', 'bad_topic', 'bad_name'] as const),
  ...(['bad_value', 'bad_number', 'bad_time', 'bad_quality', 'bad_unit', 'bad_shape', 'bad_order'] as const),
  ...(['implausible_time', 'future_time', 'conflict', 'creation_limit', 'foreign_site'] as const),
];

let db: TestDatabase;
let pipeline: TestPipeline;

beforeAll(async () => {
  db = await createTestDatabase();
  pipeline = await startPipeline(db.database, { creationsPerHour: CREATIONS_PER_HOUR });
});
afterAll(() => db.close());

test(
  `of ${MESSAGES} hostile messages each is accounted for, and none takes a valid neighbour with it`,
  { timeout: MESSAGES * 30 },
  async () => {
    const chooser = createChooser(SEED);
    const neighbours: Neighbour[] = [];
    const counted: Counted = { messages: 0, readings: 0, orders: 0, refusals: new Map() };
    let number = 0;
    for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) {
      const durable = Array.from({ length: AT_ONCE }, () => {
        const {
          topic,
          payload,
          neighbours: inside,
        } = hostileMessage(chooser, systemClock.now(), () => number++);
        const decoded = decode({ topic, payload, receivedAtMs: systemClock.now() });
        counted.readings += countedIn(decoded);
        counted.orders += decoded.orders.length;
        for (const { reason } of decoded.refusals)
          counted.refusals.set(reason, (counted.refusals.get(reason) ?? 0) + 1);
        const own = neighbourNumber(number++, `valid/hall/line/machine/signal-${chooser.int(VALID_SIGNALS)}`);
        neighbours.push(...inside, own);
        const organisation = chooser.pick([null, null, 'plant', 'stranger']);
        return [
          pipeline.send(topic, payload, {
            qos: chooser.pick([0, 1, 2]),
            retained: chooser.chance(0.1),
            organisation: inside.length > 0 ? null : organisation,
          }),
          pipeline.send(`plants/${own.path}`, neighbourText(own)),
        ];
      });
      counted.messages += 2 * AT_ONCE;
      counted.readings += AT_ONCE;
      await Promise.all(durable.flat());
    }
    await expectAccounted(counted);
    await expectNeighboursStored(neighbours);
  },
);

interface Counted {
  messages: number;
  readings: number;
  orders: number;
  refusals: Map<string, number>;
}

async function expectAccounted(counted: Counted): Promise<void> {
  const accounting = pipeline.ingest.accounting();
  expectEven(accounting);
  const { messages, received, stored, duplicate, conflict, deadLettered, shed, inFlight } = accounting;
  expect({ messages, shed, inFlight }).toEqual({ messages: counted.messages, shed: 0, inFlight: 0 });
  // An order counts as a reading only when it is refused.
  expect(received).toBeGreaterThanOrEqual(counted.readings);
  expect(received).toBeLessThanOrEqual(counted.readings + counted.orders);
  const [ledger] = await db.ownerSql`
    SELECT messages, received, stored, duplicate, conflict, dead_lettered AS "deadLettered" FROM telemetry.ledger_total`;
  expect(ledger).toEqual({ messages, received, stored, duplicate, conflict, deadLettered });
  const [tables] = await db.ownerSql`
    SELECT (SELECT count(*) FROM telemetry.reading) + (SELECT count(*) FROM telemetry.event) AS stored,
           (SELECT count(*) FROM telemetry.dead_letter WHERE reason = 'conflict') AS conflict,
           (SELECT count(*) FROM telemetry.dead_letter WHERE reason <> 'conflict') AS "deadLettered",
           (SELECT count(*) FROM telemetry.dead_letter WHERE detail LIKE 'the database refused%') AS unforeseen`;
  // What only the database finds wrong costs its neighbours a retry: decode should have refused it.
  expect(tables).toEqual({ stored, conflict, deadLettered, unforeseen: 0 });
  expect(await pipeline.chunks.strays()).toBe(0);
  const letters = await db.ownerSql<{ reason: string; count: number }[]>`
    SELECT reason, count(*) FROM telemetry.dead_letter GROUP BY reason ORDER BY reason`;
  const byDecode = letters.filter(({ reason }) => !GIVEN_LATER.includes(reason));
  const expected = [...counted.refusals].filter(([reason]) => !GIVEN_LATER.includes(reason)).sort();
  expect(byDecode.map(({ reason, count }) => [reason, count])).toEqual(expected);
  // A generator that misses a reason tests less than it says.
  const met = letters.map(({ reason }) => reason);
  expect(TO_MEET.filter((reason) => !met.includes(reason))).toEqual([]);
}

async function expectNeighboursStored(neighbours: readonly Neighbour[]): Promise<void> {
  const rows = await db.ownerSql<{ path: string; value: number; n: number }[]>`
    SELECT concat_ws('/', site.slug, area.slug, line.slug, machine.slug, signal.slug) AS path, value,
           (extract(epoch FROM at) * 1000000)::bigint - ${NEIGHBOURS_DAY_MICROS}::bigint AS n
    FROM telemetry.reading JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)
    JOIN public.line USING (line_id) JOIN public.area USING (area_id) JOIN public.site USING (site_id)
    WHERE at >= '2023-03-01' AND at < '2023-03-02' AND signal.slug LIKE 'signal-%' ORDER BY n`;
  const stored = new Map(rows.map(({ path, value, n }) => [`${path} ${n}`, value]));
  const lost = neighbours.filter(
    ({ path, value, atMicros }) => stored.get(`${path} ${atMicros - NEIGHBOURS_DAY_MICROS}`) !== value,
  );
  expect(lost).toEqual([]);
  expect(rows.length).toBe(neighbours.length);
}
