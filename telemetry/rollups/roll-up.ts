import type { Clock } from '../../contracts/clock.ts';
import type { Database, Sql } from '../../contracts/database.ts';
import type { Lease, Leases } from '../../contracts/leases.ts';
import { chunkStart, type Chunks } from '../chunks/chunks.ts';

// Rolls readings up into minutes, hours and days, slice by slice, each slice a short transaction of its own that proves the
// lease. It must never read an hour as finished before every writer knows that later rows of it are late.

/** An hour is rolled this long after its end; what comes later than that is late. */
export const GRACE_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
/** Well below 250 ms, also where one hour of one signal takes its time. */
const SLICE_MS = 80;
const SLICE_HOURS = 48;
const LEASE = 'rollups';
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const WRITER = { role: 'sentia_writer' } as const;

export interface RollUp {
  /** Rolls what is due, as far as it comes within `budgetMs`. */
  run(budgetMs: number): Promise<RollUpOutcome>;
  /** Gives the lease back. */
  stop(): Promise<void>;
}

export interface RollUpOutcome {
  /** False: another process rolls. */
  leads: boolean;
  /** Hours of signals. */
  rolled: number;
  /** Whether everything due was done. */
  ended: boolean;
}

interface Slice {
  rolled: number;
  lacking: Date | null;
  ended: boolean;
}

export function createRollUp(deps: {
  database: Database;
  clock: Clock;
  leases: Leases;
  chunks: Chunks;
  sliceMs?: number;
}): RollUp {
  const { database, clock, leases, chunks, sliceMs = SLICE_MS } = deps;
  let lease: Lease | null = null;
  let renewedAtMs = 0;

  async function lead(): Promise<boolean> {
    if (lease !== null && clock.now() - renewedAtMs < RENEW_MS) return true;
    if (lease === null || !(await leases.renew(lease, LEASE_MS)))
      lease = await leases.acquire(LEASE, LEASE_MS);
    renewedAtMs = clock.now();
    return lease !== null;
  }

  function slice<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const held = lease;
    if (held === null) throw new Error('only who leads rolls up');
    return database.transaction(WRITER, async (sql) => {
      await leases.checkEpoch(sql, held);
      return work(sql);
    });
  }

  /** Tells all writers from which time on readings are in order, before any hour below it is read. */
  async function announce(): Promise<void> {
    const hourMs = Math.floor((clock.now() - GRACE_MS) / HOUR_MS) * HOUR_MS;
    await slice(
      (sql) =>
        sql`UPDATE telemetry.head SET rolled_to = ${hourMs * 1000}::bigint WHERE rolled_to < ${hourMs * 1000}::bigint`,
    );
  }

  async function makeChunks(atMs: number): Promise<void> {
    for (const tier of ['reading_1m', 'reading_1h', 'reading_1d'] as const)
      await chunks.ensure(tier, [chunkStart(tier, atMs)]);
  }

  /** Repeats a kind of slice until it is done, or until time is up. */
  async function repeat(untilMs: number, work: (sql: Sql) => Promise<Slice>): Promise<[number, boolean]> {
    let rolled = 0;
    for (;;) {
      const done = await slice(work);
      rolled += done.rolled;
      if (done.ended) return [rolled, true];
      if (done.lacking !== null) await makeChunks(done.lacking.getTime());
      if (clock.now() >= untilMs || !(await lead())) return [rolled, false];
    }
  }

  function rollOn(untilMs: number): Promise<[number, boolean]> {
    return repeat(untilMs, async (sql) => {
      const [row] = await sql<Slice>`
        SELECT rolled, lacking, ended
        FROM telemetry.roll_on(${sliceMs}::int, ${SLICE_HOURS}::int, ${new Date(clock.now())}::timestamptz)`;
      return row ?? { rolled: 0, lacking: null, ended: true };
    });
  }

  /** Late hours may be marked again while others are rolled: one round goes once through them. */
  function rollLate(untilMs: number): Promise<[number, boolean]> {
    let after = { signal: 0, hour: new Date(0) };
    return repeat(untilMs, async (sql) => {
      const [row] = await sql<Slice & { lastSignal: number; lastHour: Date }>`
        SELECT rolled, lacking, ended, last_signal AS "lastSignal", last_hour AS "lastHour"
        FROM telemetry.roll_late(${after.signal}::int, ${after.hour}::timestamptz, ${sliceMs}::int,
          ${SLICE_HOURS}::int, ${new Date(clock.now())}::timestamptz)`;
      if (row === undefined) return { rolled: 0, lacking: null, ended: true };
      after = { signal: row.lastSignal, hour: row.lastHour };
      return row;
    });
  }

  /** Retention may drop what is rolled up. */
  async function noteRolledChunks(): Promise<void> {
    await slice(
      (sql) => sql`
        UPDATE telemetry.chunk AS c SET rolled_up = NOT c.rolled_up FROM telemetry.rollup AS r
        WHERE NOT c.closed AND c.rolled_up <> (c.range_to <= r.done_to AND NOT EXISTS (SELECT FROM telemetry.dirty))`,
    );
  }

  return {
    run: async (budgetMs) => {
      if (!(await lead())) return { leads: false, rolled: 0, ended: true };
      const untilMs = clock.now() + budgetMs;
      await announce();
      const [inOrder, inOrderEnded] = await rollOn(untilMs);
      const [late, lateEnded] = await rollLate(untilMs);
      const ended = inOrderEnded && lateEnded;
      if (ended) await noteRolledChunks();
      return { leads: true, rolled: inOrder + late, ended };
    },
    stop: async () => {
      const held = lease;
      lease = null;
      if (held !== null) await leases.release(held);
    },
  };
}
