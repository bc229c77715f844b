import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { decodeText, encodingOfFile } from './decode-text.ts';
import { detectDelimiter } from './detect-delimiter.ts';
import { readRows, type TableFile } from './read-rows.ts';
import { ReplayRefusal } from './refusal.ts';

export interface OpenedTable {
  table: TableFile;
  headers: readonly string[];
}

/**
 * What kind of table a file is: encoding, delimiter, header.
 * @throws ReplayRefusal when it is none
 */
export async function openTable(
  file: string,
  asked: { delimiter: string | null; encoding: string | null },
): Promise<OpenedTable> {
  await mustBeReadable(file);
  const encoding = await encodingOfFile(file, asked.encoding);
  const detected = detectDelimiter(await sampleOf(file, encoding));
  const table: TableFile = {
    file,
    encoding,
    delimiter: asked.delimiter ?? detected.delimiter ?? ',',
    skipLines: detected.skipLines,
  };
  for await (const rows of readRows(table)) {
    const headers = rows[0]?.cells;
    if (headers !== undefined) return { table, headers };
  }
  throw new ReplayRefusal(`${file} is empty.`);
}

async function mustBeReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch {
    // Whatever the reason, the person's next step is the same.
    throw new ReplayRefusal(`${file} cannot be read. Give the path of a CSV file.`);
  }
  if (!(await stat(file)).isFile())
    throw new ReplayRefusal(`${file} is not a file. Give the path of a CSV file.`);
}

async function sampleOf(file: string, encoding: string): Promise<string> {
  for await (const text of decodeText(file, encoding)) return text;
  return '';
}
