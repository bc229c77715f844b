import type { Clock } from '../../contracts/clock.ts';
import type { Database, Sql } from '../../contracts/database.ts';

// Keeps a chunk standing for every day that is written to, before it is written to. It must never make a range again
// that was closed: what was rolled up and dropped would be recomputed from nothing.

/** Hypertables, and how many days a chunk of each covers; telemetry.chunk_start says the same. */
const CHUNK_DAYS = { reading: 1, event: 1, reading_1m: 7, reading_1h: 91, reading_1d: 728 } as const;
export type Tier = keyof typeof CHUNK_DAYS;
export const TIERS: readonly Tier[] = ['reading', 'event', 'reading_1m', 'reading_1h', 'reading_1d'];

/** What differs between native partitions and TimescaleDB. Each runs within the given transaction. */
export interface ChunkEngine {
  make(sql: Sql, tier: Tier, fromMs: number, toMs: number): Promise<void>;
  drop(sql: Sql, tier: Tier, fromMs: number, toMs: number): Promise<void>;
}

export interface Chunk {
  tier: Tier;
  fromMs: number;
  toMs: number;
  lastWriteMs: number;
  rolledUp: boolean;
  closed: boolean;
}

export interface Chunks {
  /**
   * Makes chunks where they lack and notes the hour of the write.
   * @param starts what `chunkStart` gives, for readings and events a UTC midnight.
   * @returns those that are closed.
   */
  ensure(tier: Tier, starts: Iterable<number>): Promise<ReadonlySet<number>>;
  /** Makes the present chunk of each tier and the next two. */
  createAhead(): Promise<void>;
  /**
   * Drops a chunk with its rows and closes its range for good, if `mayGo` says so in the transaction that drops it.
   * @returns whether it went.
   */
  drop(tier: Tier, start: number, mayGo?: (sql: Sql) => Promise<boolean>): Promise<boolean>;
  list(): Promise<Chunk[]>;
  /** Moves rows for which no chunk stood into chunks of their own. @returns how many moved; those of closed days stay. */
  rescueStrays(): Promise<number>;
  /** Rows for which no chunk stood; anything but 0 is a defect. */
  strays(): Promise<number>;
}

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const CHUNKS_AHEAD = 2;
/** Chunks made in one transaction, so that it stays short. */
const SLICE = 8;
const WRITER = { role: 'sentia_writer' } as const;

/** @returns the UTC midnight before a time. */
export function dayOf(atMicros: number): number {
  return Math.floor(atMicros / (DAY_MS * 1000)) * DAY_MS;
}

/** @returns where the chunk begins that holds a time. */
export function chunkStart(tier: Tier, atMs: number): number {
  const widthMs = widthOf(tier);
  return Math.floor(atMs / widthMs) * widthMs;
}

function widthOf(tier: Tier): number {
  return CHUNK_DAYS[tier] * DAY_MS;
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
    const toMake = await sql<{ rangeFrom: Date }>`
      SELECT w.range_from AS "rangeFrom" FROM unnest(${froms}::timestamptz[]) AS w(range_from)
      WHERE NOT EXISTS (SELECT FROM telemetry.chunk AS c WHERE c.tier = ${tier} AND c.range_from = w.range_from)`;
    for (const { rangeFrom } of toMake)
      await engine.make(sql, tier, rangeFrom.getTime(), rangeFrom.getTime() + widthOf(tier));
    // Whether a chunk is closed is told by the statement that notes the write: retention locks the same row.
    const noted = await sql<{ rangeFrom: Date; closed: boolean }>`
      INSERT INTO telemetry.chunk AS chunk (tier, range_from, range_to, last_write)
      SELECT ${tier}, w.range_from, w.range_from + ${CHUNK_DAYS[tier]}::int * interval '24 hours', ${new Date(hourMs)}::timestamptz
      FROM unnest(${froms}::timestamptz[]) AS w(range_from) ORDER BY w.range_from
      ON CONFLICT (tier, range_from) DO UPDATE SET last_write =
        CASE WHEN chunk.closed THEN chunk.last_write ELSE greatest(chunk.last_write, excluded.last_write) END
      RETURNING range_from AS "rangeFrom", closed`;
    const closed = noted.filter((row) => row.closed).map((row) => row.rangeFrom.getTime());
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
      for (const tier of TIERS) {
        const present = chunkStart(tier, clock.now());
        const starts = Array.from({ length: CHUNKS_AHEAD + 1 }, (_, i) => present + i * widthOf(tier));
        await ensure(tier, starts);
      }
    },
    drop: async (tier, start, mayGo = () => Promise.resolve(true)) => {
      const dropped = await database.transaction(WRITER, async (sql) => {
        // A writer that is about to use the chunk notes so in this row.
        const [chunk] = await sql<{ closed: boolean }>`
          SELECT closed FROM telemetry.chunk
          WHERE tier = ${tier} AND range_from = ${new Date(start)}::timestamptz FOR UPDATE`;
        if (chunk === undefined || chunk.closed || !(await mayGo(sql))) return false;
        await engine.drop(sql, tier, start, start + widthOf(tier));
        await sql`
          UPDATE telemetry.chunk SET closed = true
          WHERE tier = ${tier} AND range_from = ${new Date(start)}::timestamptz`;
        return true;
      });
      if (dropped) known.set(`${tier} ${start}`, Infinity);
      return dropped;
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
    rescueStrays: async () => {
      let moved = 0;
      for (const tier of ['reading', 'event'] as const) {
        const days = await database.transaction(
          WRITER,
          (sql) => sql<{ day: Date; rows: number }>`
            SELECT day, rows FROM telemetry.stray_days(${tier}, ${SLICE}::int)`,
        );
        // A day of its own transaction each: moving its rows takes the longer the more they are.
        for (const { day, rows } of days) {
          const start = day.getTime();
          known.delete(`${tier} ${start}`);
          if (!(await ensure(tier, [start])).has(start)) moved += rows;
        }
      }
      return moved;
    },
    strays: () =>
      database.transaction(WRITER, async (sql) => {
        const [row] = await sql<{ strays: number }>`SELECT telemetry.stray_count() AS strays`;
        return row?.strays ?? 0;
      }),
  };
}
