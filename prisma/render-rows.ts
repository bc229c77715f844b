import { readModel, type Column, type Table } from './read-model.ts';

const HEADER = `// Generated from prisma/schema.prisma: change that file, then run "node prisma/generate-rows.mjs".
`;

const TYPES: Record<string, string> = {
  Int: 'number',
  BigInt: 'number',
  Float: 'number',
  String: 'string',
  Boolean: 'boolean',
  DateTime: 'Date',
  Json: 'unknown',
  Bytes: 'Uint8Array',
};

/** @returns the text of contracts/rows.ts: one type a table, as rows come out of the database port. */
export function renderRows(schema: string): string {
  return `${HEADER}\n${readModel(schema).map(renderTable).join('\n')}`;
}

function renderTable(table: Table): string {
  const comment = `/** A row of public.${table.name}.${table.comment === null ? '' : ` ${table.comment}`} */\n`;
  return `${comment}export interface ${table.model}Row {\n${table.columns.map(renderColumn).join('')}}\n`;
}

function renderColumn(column: Column): string {
  const type = TYPES[column.prismaType] ?? 'unknown';
  return `  ${column.name}: ${type}${column.nullable && type !== 'unknown' ? ' | null' : ''};\n`;
}
