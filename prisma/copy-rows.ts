import type postgres from 'postgres';
import { COPY_COLUMNS, type CopyTarget } from '../contracts/database.ts';

/**
 * What postgres.js calls when a query ends. Once a COPY's stream was handed out nobody hears of its end any more, and an
 * error only shows as the next statement failing (postgres 3.4.9 src/connection.js, CopyInResponse): so both are taken
 * over. telemetry/write/copy-rows.integration.test.ts fails without it.
 */
interface Ending {
  resolve: () => void;
  reject: (error: Error) => void;
}

/** Copies rows that are encoded already. It must never resolve before the server has said how the COPY ended. */
export async function copyRows(
  connection: postgres.ReservedSql,
  target: CopyTarget,
  rows: Uint8Array,
): Promise<void> {
  const query = connection.unsafe(`COPY ${target} (${COPY_COLUMNS[target]}) FROM STDIN (FORMAT binary)`);
  const stream = await query.writable();
  const ended = new Promise<void>((resolve, reject) => {
    const ending: Ending = { resolve, reject };
    void Object.assign(query, ending);
  });
  // After an error postgres.js destroys the stream; what counts is what the server said.
  stream.on('error', () => undefined);
  stream.end(rows);
  await ended;
}
