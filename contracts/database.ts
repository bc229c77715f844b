/**
 * The one port to the database. `prisma/open-database.ts` implements it over postgres.js; every other room receives
 * it. Queries are tagged templates without dynamic fragments, so that a test can hold each of them against the
 * migrated schema.
 */
export interface Sql {
  <Row extends object = Record<string, unknown>>(
    strings: TemplateStringsArray,
    ...parameters: readonly SqlParameter[]
  ): Promise<Row[]>;
  /**
   * COPY … FROM STDIN (FORMAT binary) of whole rows into a hypertable, several times as fast as any INSERT. Absent on the
   * embedded database, whose socket it would hang (TRAPS T17). A key that stands already fails the transaction.
   */
  readonly copy?: (target: CopyTarget, rows: Uint8Array) => Promise<void>;
}

/** Where rows may be copied to, and in which order of columns. */
export type CopyTarget = keyof typeof COPY_COLUMNS;
export const COPY_COLUMNS = { 'telemetry.reading': 'signal_id, at, value, quality' } as const;

/**
 * bigint columns come back as JS numbers (positions and counts stay below 2^53), timestamptz as Date (milliseconds),
 * bytea as Uint8Array, jsonb as values; numeric, which is what `sum(bigint)` gives, as text: cast it. A parameter for
 * json or jsonb is JSON text.
 */
export type SqlParameter =
  string | number | boolean | null | Date | Uint8Array | readonly (string | number | boolean | null)[];

/**
 * Who asks. `sentia_app`: people and tokens, sees the organisations it names; `sentia_reader`: the server's reading
 * of ledger and changes; `sentia_writer`: telemetry.
 */
export type Asker =
  | { role: 'sentia_app'; organisationIds: readonly number[] }
  | { role: 'sentia_reader' }
  | { role: 'sentia_writer' };

export interface Database {
  /** `embedded` is PGlite behind its socket: one session for all (TRAPS T17, T37), so no COPY and short transactions. */
  readonly engine: 'embedded' | 'postgres';
  /** Whether the timescaledb extension is installed in this database. */
  readonly timescale: boolean;
  /**
   * Runs `work` in one transaction that begins with SET LOCAL ROLE and app.org. It holds database statements only and
   * uses only the `sql` it is handed: asking the database again inside throws.
   * @throws the driver's error; a transaction that failed left nothing behind, unless COMMIT's answer was lost.
   */
  transaction<T>(asker: Asker, work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
