import type postgres from 'postgres';

/**
 * Vacuums and analyses every table of ours but the hypertables' chunks, which only grow and are dropped whole. PGlite
 * has no autovacuum: without this the ledger, whose packed readings are dropped after minutes, grows for ever.
 * Each statement is one message, so that it comes between other clients' transactions and never into one.
 * @returns milliseconds by table; a few at most while it is done every minute.
 */
export async function vacuum(sql: postgres.Sql): Promise<{ table: string; tookMs: number }[]> {
  const tables = await sql
    .unsafe<{ table: string }[]>(
      `SELECT format('%I.%I', nspname, relname) AS table FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
       WHERE nspname IN ('public', 'telemetry') AND relkind = 'r' AND NOT relispartition ORDER BY 1`,
    )
    .simple();
  const done: { table: string; tookMs: number }[] = [];
  for (const { table } of tables) {
    const startedAt = performance.now();
    await sql.unsafe(`VACUUM (ANALYZE) ${table}`).simple();
    done.push({ table, tookMs: Math.round(performance.now() - startedAt) });
  }
  return done;
}
