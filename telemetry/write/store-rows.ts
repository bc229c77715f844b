import type { Sql } from '../../contracts/database.ts';
import type { Way } from './copy-choice.ts';
import { conflictLetter, isSame } from './drop-repeats.ts';
import { encodeReadings } from './encode-readings.ts';
import { findEvents, findReadings, type Stored } from './find-stored.ts';
import { insertEvents, insertReadings } from './insert-rows.ts';
import { selectRows, type Letter, type Rows } from './prepared.ts';

/** What became of the rows of one table. */
export interface StoredRows<Value> {
  rows: Rows<Value>;
  duplicate: number;
  conflicts: Letter[];
}

/**
 * Stores numbers; what is there already stays, and is told apart into duplicates and conflicts.
 * @throws a unique violation where it copies and something is there already that it has not looked for or not seen
 */
export async function storeNumbers(
  sql: Sql,
  given: Rows<number | null>,
  way: Way,
): Promise<StoredRows<number | null>> {
  const { rows, conflicts } = await withoutOther(given, (mixed) => findEvents(sql, mixed));
  if (rows.ids.length === 0) return { rows, duplicate: 0, conflicts };
  if (way !== 'insert' && sql.copy !== undefined) {
    const stored = way === 'look' ? await findReadings(sql, rows) : new Map<number, Stored>();
    const judged = judge(rows, stored, conflicts);
    if (judged.rows.ids.length > 0) await sql.copy('telemetry.reading', encodeReadings(judged.rows));
    return judged;
  }
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
  const found = await find(selectRows(rows, (i) => isMissing.has(i)));
  if (found.size < missing.length)
    throw new Error('rows that exist were removed while a batch met them; it is tried again');
  const indices = [...isMissing].sort((a, b) => a - b);
  return judge(rows, new Map([...found].map(([i, told]) => [indices[i] ?? -1, told])), conflicts);
}

/** Tells what is stored already, by the rows' indices, apart from what is not. */
function judge<Value>(
  rows: Rows<Value>,
  stored: ReadonlyMap<number, Stored>,
  conflicts: Letter[],
): StoredRows<Value> {
  if (stored.size === 0) return { rows, duplicate: 0, conflicts };
  const different = new Map(
    [...stored].filter(([i, told]) => {
      const source = rows.sources[i];
      return source !== undefined && !isSame(source.reading, told);
    }),
  );
  return {
    rows: selectRows(rows, (i) => !stored.has(i)),
    duplicate: stored.size - different.size,
    conflicts: [...conflicts, ...conflictsOf(rows, different)],
  };
}

function conflictsOf<Value>(rows: Rows<Value>, stored: ReadonlyMap<number, Stored>): Letter[] {
  return [...stored].flatMap(([i, told]) => {
    const source = rows.sources[i];
    return source === undefined ? [] : [conflictLetter(source, told)];
  });
}
