import type { ChunkEngine } from './chunks.ts';

/** Hypertables of TimescaleDB, which makes the chunk of a day at its first insert. */
export const timescaleChunks: ChunkEngine = {
  make: () => Promise.resolve(),
  drop: async (sql, tier, fromMs, toMs) => {
    await sql`
      SELECT telemetry.drop_timescale_chunks(${tier}, ${new Date(fromMs)}::timestamptz, ${new Date(toMs)}::timestamptz)`;
  },
};
