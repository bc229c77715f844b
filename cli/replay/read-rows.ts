import { parse, CsvError } from 'csv-parse';
import { decodeText } from './decode-text.ts';
import { ReplayRefusal } from './refusal.ts';

export interface TableFile {
  file: string;
  encoding: string;
  delimiter: string;
  /** Lines before the header. */
  skipLines: number;
}

export interface Row {
  /** Line of the file on which the row ends, counted from 1. */
  line: number;
  cells: readonly string[];
}

/** A quote that is never closed would otherwise take in the rest of the file. */
const MAX_ROW_CHARACTERS = 1_000_000;

/**
 * The table's rows in order, the header first, in as many pieces as the file is read in: memory stays the same for a
 * file of any size.
 */
export async function* readRows(table: TableFile): AsyncGenerator<Row[]> {
  let rows: Row[] = [];
  const parser = parse({
    delimiter: table.delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_CHARACTERS,
    from_line: table.skipLines + 1,
    // Taking rows here instead of from the stream costs a third of the time; null keeps them out of it.
    on_record: (cells: string[], { lines }) => {
      rows.push({ line: lines, cells });
      return null;
    },
  });
  const failed = new Promise<never>((_resolve, reject) => parser.once('error', reject));
  failed.catch(() => undefined);
  parser.resume();
  try {
    for await (const text of decodeText(table.file, table.encoding)) {
      await Promise.race([failed, new Promise<void>((resolve) => parser.write(text, () => resolve()))]);
      if (rows.length > 0) {
        yield rows;
        rows = [];
      }
    }
    await Promise.race([failed, new Promise<void>((resolve) => parser.end(() => resolve()))]);
    if (rows.length > 0) yield rows;
  } catch (error) {
    if (error instanceof CsvError) throw new ReplayRefusal(`${table.file} cannot be read: ${error.message}`);
    throw error;
  } finally {
    parser.destroy();
  }
}
