import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from './package-root.ts';
import { renderRows } from './render-rows.ts';

test('contracts/rows.ts is what schema.prisma gives: node prisma/generate-rows.mjs brings it up to date', () => {
  const schema = readFileSync(join(packageRoot(), 'prisma', 'schema.prisma'), 'utf8');
  expect(readFileSync(join(packageRoot(), 'contracts', 'rows.ts'), 'utf8')).toBe(renderRows(schema));
});

test('a model becomes a row type with its columns alone, null where a value may be missing', () => {
  const schema = `
/// A heap of sand.
model Heap {
  heap_id Int @id @default(autoincrement())
  grains  BigInt?
  note    Json?
  at      DateTime @db.Timestamptz(6)
  stones  Stone[]

  @@map("heap")
}
model Stone {
  stone_id Int  @id
  heap_id  Int
  heap     Heap @relation(fields: [heap_id], references: [heap_id], onDelete: Cascade, onUpdate: NoAction)
}
`;
  expect(renderRows(schema)).toContain(`
/** A row of public.heap. A heap of sand. */
export interface HeapRow {
  heap_id: number;
  grains: number | null;
  note: unknown;
  at: Date;
}

/** A row of public.Stone. */
export interface StoneRow {
  stone_id: number;
  heap_id: number;
}
`);
});
