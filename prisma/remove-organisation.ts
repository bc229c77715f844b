import type { Database, Sql } from '../contracts/database.ts';

/**
 * Removes an organisation whole: readings, events, dead letters and every row of schema public. Each step is its own
 * short transaction, so that a running Sentia goes on beside it; interrupted, it is begun again and finishes.
 * It must never touch a reading of another organisation.
 */
export interface RemovalProgress {
  step: 'readings' | 'dead letters' | 'equipment';
  done: number;
  total: number;
}
type OnProgress = (progress: RemovalProgress) => void;

/** Rows a transaction deletes; measured on the embedded database to stay below 250 ms. */
const READINGS_A_STEP = 5_000;
const ROWS_A_STEP = 500;

const writer = { role: 'sentia_writer' } as const;

/** @returns false when there is no organisation of this slug. */
export async function removeOrganisation(
  database: Database,
  slug: string,
  onProgress: OnProgress = () => undefined,
): Promise<boolean> {
  const [organisation] = await database.transaction(
    writer,
    (sql) => sql<{ id: number }>`SELECT organisation_id AS id FROM public.organisation WHERE slug = ${slug}`,
  );
  if (organisation === undefined) return false;
  const signals = await database.transaction(writer, (sql) => signalsOf(sql, organisation.id));
  await removeReadings(database, signals, onProgress);
  await removeDeadLetters(database, organisation.id, onProgress);
  const removedSignals = await removeEquipment(database, organisation.id, onProgress);
  // What was written until the very end; from now on nobody writes for it.
  await removeReadings(database, [...new Set([...signals, ...removedSignals])], () => undefined);
  await removeDeadLetters(database, organisation.id, () => undefined);
  return true;
}

async function signalsOf(sql: Sql, organisationId: number): Promise<number[]> {
  const rows = await sql<{ id: number }>`
    SELECT signal_id AS id FROM public.signal WHERE organisation_id = ${organisationId} ORDER BY signal_id`;
  return rows.map((row) => row.id);
}

async function removeReadings(
  database: Database,
  signals: readonly number[],
  onProgress: OnProgress,
): Promise<void> {
  const chunks = await database.transaction(
    writer,
    (sql) => sql<{ chunk: string }>`SELECT chunk FROM telemetry.chunk_table ORDER BY chunk`,
  );
  for (const [i, { chunk }] of chunks.entries()) {
    const [cleared] = await database.transaction(
      writer,
      (sql) =>
        sql<{ done: boolean }>`SELECT telemetry.clear_chunk(${chunk}::regclass, ${signals}::int[]) AS done`,
    );
    if (cleared?.done !== true) await removeFromChunk(database, chunk, signals);
    onProgress({ step: 'readings', done: i + 1, total: chunks.length });
  }
}

/** A chunk that others have readings in, too. */
async function removeFromChunk(database: Database, chunk: string, signals: readonly number[]): Promise<void> {
  let index = 1;
  await repeat(database, async (sql) => {
    const [slice] = await sql<{ next_index: number }>`
      SELECT next_index FROM telemetry.delete_slice(${chunk}::regclass, ${signals}::int[], ${index}, ${READINGS_A_STEP})`;
    index = slice?.next_index ?? signals.length + 1;
    return index <= signals.length;
  });
}

async function removeDeadLetters(
  database: Database,
  organisationId: number,
  onProgress: OnProgress,
): Promise<void> {
  let done = 0;
  let removed = 0;
  do {
    removed = await database.transaction(writer, async (sql) => {
      const rows = await sql`DELETE FROM telemetry.dead_letter WHERE dead_letter_id IN (
        SELECT dead_letter_id FROM telemetry.dead_letter WHERE organisation_id = ${organisationId}
        ORDER BY dead_letter_id LIMIT ${ROWS_A_STEP}) RETURNING 1`;
      return rows.length;
    });
    done += removed;
    onProgress({ step: 'dead letters', done, total: done });
  } while (removed === ROWS_A_STEP);
}

/** From the leaves to the root, so that nothing big cascades. @returns the signals that it removed. */
async function removeEquipment(database: Database, id: number, onProgress: OnProgress): Promise<number[]> {
  const signals: number[] = [];
  const steps: ((sql: Sql) => Promise<unknown[]>)[] = [
    (sql) => sql`DELETE FROM public.change WHERE position IN (
      SELECT position FROM public.change WHERE organisation_id = ${id} LIMIT ${ROWS_A_STEP}) RETURNING 1`,
    (sql) => sql`DELETE FROM public.production_order WHERE production_order_id IN (
      SELECT production_order_id FROM public.production_order WHERE organisation_id = ${id} LIMIT ${ROWS_A_STEP}) RETURNING 1`,
    async (sql) => {
      const rows = await sql<{ id: number }>`DELETE FROM public.signal WHERE signal_id IN (
        SELECT signal_id FROM public.signal WHERE organisation_id = ${id} LIMIT ${ROWS_A_STEP}) RETURNING signal_id AS id`;
      signals.push(...rows.map((row) => row.id));
      return rows;
    },
    (sql) => sql`DELETE FROM public.machine WHERE machine_id IN (
      SELECT machine_id FROM public.machine WHERE organisation_id = ${id} LIMIT ${ROWS_A_STEP}) RETURNING 1`,
    async (sql) => {
      // A writer that still found the organisation holds the head row until its commit: after this lock what it wrote is there to be
      // seen, and whoever comes later finds no organisation. The organisation's row first, as writers take them.
      await sql`SELECT FROM public.organisation WHERE organisation_id = ${id} FOR UPDATE`;
      await sql`SELECT FROM telemetry.head FOR UPDATE`;
      signals.push(...(await signalsOf(sql, id)));
      return sql`DELETE FROM public.organisation WHERE organisation_id = ${id} RETURNING 1`;
    },
  ];
  for (const [i, step] of steps.entries()) {
    await repeat(database, async (sql) => (await step(sql)).length === ROWS_A_STEP);
    onProgress({ step: 'equipment', done: i + 1, total: steps.length });
  }
  return signals;
}

/** Runs `step` in a transaction of its own for as long as it says that there is more. */
async function repeat(database: Database, step: (sql: Sql) => Promise<boolean>): Promise<void> {
  for (;;) {
    const more = await database.transaction(writer, step);
    if (!more) return;
  }
}
