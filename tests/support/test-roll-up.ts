import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import { createLeases } from '../../prisma/leases.ts';
import { createChunks, DAY_MS, type Chunks } from '../../telemetry/chunks/chunks.ts';
import { nativeChunks } from '../../telemetry/chunks/native.ts';
import { timescaleChunks } from '../../telemetry/chunks/timescale.ts';
import { createRollUp, type RollUp } from '../../telemetry/rollups/roll-up.ts';

/** Rollups as telemetry makes them, with chunks for `days` days of readings from a UTC midnight on. */
export async function createTestRollUp(
  database: Database,
  clock: Clock,
  range: { fromMs: number; days: number },
): Promise<{ chunks: Chunks; rollUp: RollUp }> {
  const engine = database.timescale ? timescaleChunks : nativeChunks;
  const chunks = createChunks({ database, clock, engine });
  await chunks.ensure(
    'reading',
    Array.from({ length: range.days }, (_, i) => range.fromMs + i * DAY_MS),
  );
  const leases = createLeases({ database, asker: { role: 'sentia_writer' }, holder: 'test' });
  return { chunks, rollUp: createRollUp({ database, clock, leases, chunks }) };
}
