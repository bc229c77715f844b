import type { Asker, Database } from '../contracts/database.ts';
import { LeaseLost, type Leases } from '../contracts/leases.ts';

/**
 * Leases in rows of `telemetry.lease`.
 * @param deps.holder who asks, the same after every start of a process and different from all others that run: its next
 * start takes its leases over at once instead of waiting until they expire.
 */
export function createLeases(deps: { database: Database; asker: Asker; holder: string }): Leases {
  const { database, asker, holder } = deps;
  return {
    acquire: async (name, ttlMs) => {
      const [row] = await database.transaction(
        asker,
        (sql) => sql<{ epoch: number | null }>`
          SELECT telemetry.acquire_lease(${name}, ${holder}, ${ttlMs}::int) AS epoch`,
      );
      return row === undefined || row.epoch === null ? null : { name, epoch: row.epoch };
    },
    renew: async ({ name, epoch }, ttlMs) => {
      const [row] = await database.transaction(
        asker,
        (sql) => sql<{ renewed: boolean }>`
          SELECT telemetry.renew_lease(${name}, ${epoch}::bigint, ${ttlMs}::int) AS renewed`,
      );
      return row?.renewed === true;
    },
    release: async ({ name, epoch }) => {
      await database.transaction(
        asker,
        (sql) => sql`SELECT telemetry.release_lease(${name}, ${epoch}::bigint)`,
      );
    },
    checkEpoch: async (sql, lease) => {
      const [row] = await sql<{ stands: boolean }>`
        SELECT telemetry.lease_stands(${lease.name}, ${lease.epoch}::bigint) AS stands`;
      if (row?.stands !== true) throw new LeaseLost(lease);
    },
  };
}
