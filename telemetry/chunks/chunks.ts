import type { Clock } from '../../contracts/clock.ts';
import type { Database, Sql } from '../../contracts/database.ts';

// Keeps a chunk standing for every day that is written to, before it is written to. It must never make a range again
// that was closed: what was rolled up and dropped would be recomputed from nothing.

/** Hypertables that telemetry writes to. */
export type Tier = 'reading' | 'event';
const TIERS: readonly Tier[] = ['reading', 'event'];

/** What differs between native partitions and TimescaleDB. Each runs within the given transaction. */
export interface ChunkEngine {
  make(sql: Sql, tier: Tier, fromMs: number, toMs: number): Promise<void>;
  drop(sql: Sql, tier: Tier, fromMs: number, toMs: number): Promise<void>;
}

export interface Chunk {
  tier: string;
  fromMs: number;
  toMs: number;
  lastWriteMs: number;
  rolledUp: boolean;
  closed: boolean;
}

export interface Chunks {
  /** Makes chunks for the days (UTC midnights) that lack one and notes the hour of the write. @returns the days that are closed. */
  ensure(tier: Tier, days: Iterable<number>): Promise<ReadonlySet<number>>;
  /** Makes today's chunk and those of the next days. */
  createAhead(): Promise<void>;
  /** Drops a chunk with its rows and closes its range for good. */
  drop(tier: Tier, day: number): Promise<void>;
  list(): Promise<Chunk[]>;
  /** Rows for which no chunk stood; anything but 0 is a defect. */
  strays(): Promise<number>;
}

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DAYS_AHEAD = 2;
/** Chunks made in one transaction, so that it stays short. */
const SLICE = 8;
const WRITER = { role: 'sentia_writer' } as const;

/** @returns the UTC midnight before a time. */
export function dayOf(atMicros: number): number {
  return Math.floor(atMicros / (DAY_MS * 1000)) * DAY_MS;
}

export function createChunks(deps: { database: Database; clock: Clock; engine: ChunkEngine }): Chunks {
  const { database, clock, engine } = deps;
  /** By tier and day: the hour up to which the chunk is known to be open, Infinity once closed. */
  const known = new Map<string, number>();

  async function ensureSlice(
    sql: Sql,
    tier: Tier,
    days: readonly number[],
    hourMs: number,
  ): Promise<number[]> {
    const froms = days.map((day) => new Date(day).toISOString());
    const standing = await sql<{ rangeFrom: Date; closed: boolean }>`
      SELECT range_from AS "rangeFrom", closed FROM telemetry.chunk
      WHERE tier = ${tier} AND range_from = ANY(${froms}::timestamptz[])`;
    const closed = standing.filter((row) => row.closed).map((row) => row.rangeFrom.getTime());
    const stands = new Set(standing.map((row) => row.rangeFrom.getTime()));
    for (const day of days) if (!stands.has(day)) await engine.make(sql, tier, day, day + DAY_MS);
    const open = days.filter((day) => !closed.includes(day)).map((day) => new Date(day).toISOString());
    await sql`
      INSERT INTO telemetry.chunk AS chunk (tier, range_from, range_to, last_write)
      SELECT ${tier}, w.range_from, w.range_from + interval '24 hours', ${new Date(hourMs)}::timestamptz
      FROM unnest(${open}::timestamptz[]) AS w(range_from)
      ON CONFLICT (tier, range_from) DO UPDATE SET last_write = greatest(chunk.last_write, excluded.last_write)`;
    return closed;
  }

  async function ensure(tier: Tier, days: Iterable<number>): Promise<ReadonlySet<number>> {
    const hourMs = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
    const closed = new Set<number>();
    const needed: number[] = [];
    for (const day of new Set(days)) {
      const knownTo = known.get(`${tier} ${day}`) ?? -1;
      if (knownTo === Infinity) closed.add(day);
      else if (knownTo < hourMs) needed.push(day);
    }
    for (let from = 0; from < needed.length; from += SLICE) {
      const slice = needed.slice(from, from + SLICE);
      const found = await database.transaction(WRITER, (sql) => ensureSlice(sql, tier, slice, hourMs));
      for (const day of slice) known.set(`${tier} ${day}`, found.includes(day) ? Infinity : hourMs);
      for (const day of found) closed.add(day);
    }
    return closed;
  }

  return {
    ensure,
    createAhead: async () => {
      const today = dayOf(clock.now() * 1000);
      const days = Array.from({ length: DAYS_AHEAD + 1 }, (_, i) => today + i * DAY_MS);
      for (const tier of TIERS) await ensure(tier, days);
    },
    drop: async (tier, day) => {
      await database.transaction(WRITER, async (sql) => {
        await engine.drop(sql, tier, day, day + DAY_MS);
        await sql`
          UPDATE telemetry.chunk SET closed = true
          WHERE tier = ${tier} AND range_from = ${new Date(day)}::timestamptz`;
      });
      known.set(`${tier} ${day}`, Infinity);
    },
    list: () =>
      database.transaction(WRITER, async (sql) => {
        const rows = await sql<
          Omit<Chunk, 'fromMs' | 'toMs' | 'lastWriteMs'> & Record<'from' | 'to' | 'lastWrite', Date>
        >`
          SELECT tier, range_from AS "from", range_to AS "to", last_write AS "lastWrite", rolled_up AS "rolledUp", closed
          FROM telemetry.chunk ORDER BY tier, range_from`;
        return rows.map(({ from, to, lastWrite, ...row }) => ({
          ...row,
          fromMs: from.getTime(),
          toMs: to.getTime(),
          lastWriteMs: lastWrite.getTime(),
        }));
      }),
    strays: () =>
      database.transaction(WRITER, async (sql) => {
        const [row] = await sql<{ strays: number }>`SELECT telemetry.stray_count() AS strays`;
        return row?.strays ?? 0;
      }),
  };
}
