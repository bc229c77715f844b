import type { Sql } from '../../contracts/database.ts';
import { conflictLetter, isSame } from './drop-repeats.ts';
import { findEvents, findReadings, type Stored } from './find-stored.ts';
import { insertEvents, insertReadings } from './insert-rows.ts';
import { selectRows, type Letter, type Rows } from './prepared.ts';

/** What became of the rows of one table. */
export interface StoredRows<Value> {
  rows: Rows<Value>;
  duplicate: number;
  conflicts: Letter[];
}

/** Stores numbers; what is there already stays, and is told apart into duplicates and conflicts. */
export async function storeNumbers(sql: Sql, given: Rows<number | null>): Promise<StoredRows<number | null>> {
  const { rows, conflicts } = await withoutOther(given, (mixed) => findEvents(sql, mixed));
  if (rows.ids.length === 0) return { rows, duplicate: 0, conflicts };
  const missing = await insertReadings(sql, rows);
  if (missing.length === 0) return { rows, duplicate: 0, conflicts };
  return settle(rows, missing, conflicts, (lost) => findReadings(sql, lost));
}

/** Stores texts, as `storeNumbers`. */
export async function storeTexts(sql: Sql, given: Rows<string>): Promise<StoredRows<string>> {
  const { rows, conflicts } = await withoutOther(given, (mixed) => findReadings(sql, mixed));
  if (rows.ids.length === 0) return { rows, duplicate: 0, conflicts };
  const missing = await insertEvents(sql, rows);
  if (missing.length === 0) return { rows, duplicate: 0, conflicts };
  return settle(rows, missing, conflicts, (lost) => findEvents(sql, lost));
}

/** A number and a text at one time are a conflict too, though they would fit into two tables. Few signals hold both. */
async function withoutOther<Value>(
  rows: Rows<Value>,
  findInOther: (mixed: Rows<Value>) => Promise<Map<number, Stored>>,
): Promise<{ rows: Rows<Value>; conflicts: Letter[] }> {
  if (!rows.sources.some((source) => source.known.mixed)) return { rows, conflicts: [] };
  const others = await findInOther(rows);
  if (others.size === 0) return { rows, conflicts: [] };
  return { rows: selectRows(rows, (i) => !others.has(i)), conflicts: conflictsOf(rows, others) };
}

async function settle<Value>(
  rows: Rows<Value>,
  missing: readonly number[],
  conflicts: Letter[],
  find: (lost: Rows<Value>) => Promise<Map<number, Stored>>,
): Promise<StoredRows<Value>> {
  const isMissing = new Set(missing);
  const lost = selectRows(rows, (i) => isMissing.has(i));
  const stored = await find(lost);
  if (stored.size < lost.ids.length)
    throw new Error('rows that exist were removed while a batch met them; it is tried again');
  const different = new Map(
    [...stored].filter(([i, told]) => {
      const source = lost.sources[i];
      return source !== undefined && !isSame(source.reading, told);
    }),
  );
  return {
    rows: selectRows(rows, (i) => !isMissing.has(i)),
    duplicate: missing.length - different.size,
    conflicts: [...conflicts, ...conflictsOf(lost, different)],
  };
}

function conflictsOf<Value>(rows: Rows<Value>, stored: ReadonlyMap<number, Stored>): Letter[] {
  return [...stored].flatMap(([i, told]) => {
    const source = rows.sources[i];
    return source === undefined ? [] : [conflictLetter(source, told)];
  });
}
