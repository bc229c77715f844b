import type { ChunkEngine } from './chunks.ts';

/** Range partitions by day, named like `reading_20261120`: PGlite and any PostgreSQL from 15 on. */
export const nativeChunks: ChunkEngine = {
  make: async (sql, tier, fromMs, toMs) => {
    await sql`
      SELECT telemetry.create_partition(${tier}, ${new Date(fromMs)}::timestamptz, ${new Date(toMs)}::timestamptz)`;
  },
  drop: async (sql, tier, fromMs) => {
    await sql`SELECT telemetry.drop_partition(${tier}, ${new Date(fromMs)}::timestamptz)`;
  },
};
