import type { DeadLetterTotals } from '../../contracts/api/dead-letters.ts';
import type { Database } from '../../contracts/database.ts';

/** How many letters the whole installation keeps, and how many had to go. */
export async function deadLetterTotals(database: Database): Promise<DeadLetterTotals> {
  const [row] = await database.transaction(
    { role: 'sentia_reader' },
    (sql) =>
      sql<DeadLetterTotals>`SELECT letters, bytes, overflowed, expired FROM telemetry.dead_letter_total`,
  );
  return row ?? { letters: 0, bytes: 0, overflowed: 0, expired: 0 };
}
