import type { Sql } from '../../contracts/database.ts';

/** One position of the ledger: a batch of readings, or a fact that pages show. */
export type LedgerRow = { position: number; committedAtMs: number } & (
  | { kind: 'batch'; stored: number; packed: Uint8Array | null }
  | { kind: 'equipment' | 'order'; siteId: number | null }
);

export interface LedgerPage {
  head: number;
  /** The database's clock. */
  nowMs: number;
  /** By position, all greater than the one asked for. */
  rows: LedgerRow[];
}

interface Row {
  head: number;
  now: Date;
  position: number | null;
  kind: 'batch' | 'equipment' | 'order';
  site_id: number | null;
  stored: number;
  committed_at: Date;
  packed: Uint8Array | null;
}

/** A page must be unpacked between two frames without being felt: about 50,000 readings. */
const MOST_ROWS = 256;
const MOST_BYTES = 512 * 1024;

/**
 * The ledger after a position, in order, bounded by rows and bytes. One statement, so that head and rows are seen at
 * the same moment: a position up to the head that is missing here is missing for good.
 */
export async function readLedgerPage(sql: Sql, after: number): Promise<LedgerPage> {
  const rows = await sql<Row>`
    SELECT h.position AS head, clock_timestamp() AS now,
           l.position, l.kind, l.site_id, l.stored, l.committed_at, l.packed
    FROM telemetry.head h
    LEFT JOIN (
      SELECT u.*, sum(coalesce(octet_length(u.packed), 0)) OVER (ORDER BY u.position) AS bytes
      FROM (
        SELECT position, 'batch' AS kind, NULL::int AS site_id, stored, committed_at, packed
        FROM telemetry.ingest_batch
        WHERE position > ${after}::bigint AND position <= ${after}::bigint + ${MOST_ROWS}::int
        UNION ALL
        SELECT position, kind, site_id, 0, at, NULL::bytea
        FROM public.change
        WHERE position > ${after}::bigint AND position <= ${after}::bigint + ${MOST_ROWS}::int
      ) u
    ) l ON l.bytes <= ${MOST_BYTES}::int OR l.bytes = coalesce(octet_length(l.packed), 0)
    ORDER BY l.position`;
  const [first] = rows;
  if (first === undefined)
    throw new Error("telemetry.head is empty: the database is not Sentia's or is damaged");
  const found: LedgerRow[] = [];
  for (const row of rows) {
    if (row.position === null) continue;
    const at = { position: row.position, committedAtMs: row.committed_at.getTime() };
    if (row.kind === 'batch') found.push({ ...at, kind: 'batch', stored: row.stored, packed: row.packed });
    else found.push({ ...at, kind: row.kind, siteId: row.site_id });
  }
  return { head: first.head, nowMs: first.now.getTime(), rows: found };
}

/** Where reading begins: the present head, and the last position that was committed more than `backMs` ago. */
export async function readLedgerBegin(
  sql: Sql,
  backMs: number,
): Promise<{ head: number; begin: number; nowMs: number }> {
  const [row] = await sql<{ head: number; now: Date; begin: number | null }>`
    SELECT h.position AS head, clock_timestamp() AS now, least(
      (SELECT min(position) FROM telemetry.ingest_batch
       WHERE committed_at > clock_timestamp() - ${backMs}::int * interval '1 ms'),
      (SELECT min(position) FROM (SELECT position, at FROM public.change ORDER BY position DESC LIMIT 500) AS recent
       WHERE at > clock_timestamp() - ${backMs}::int * interval '1 ms')
    ) - 1 AS begin
    FROM telemetry.head h`;
  if (row === undefined)
    throw new Error("telemetry.head is empty: the database is not Sentia's or is damaged");
  return { head: row.head, begin: row.begin ?? row.head, nowMs: row.now.getTime() };
}
