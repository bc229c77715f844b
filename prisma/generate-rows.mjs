// Writes contracts/rows.ts anew from prisma/schema.prisma: node prisma/generate-rows.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outfile = path.join(root, '.cache/render-rows.mjs');

await build({
  absWorkingDir: root,
  entryPoints: ['prisma/render-rows.ts'],
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outfile,
});
/** @type {{ renderRows(schema: string): string }} */
const { renderRows } = await import(pathToFileURL(outfile).href);
const schema = readFileSync(path.join(root, 'prisma/schema.prisma'), 'utf8');
writeFileSync(path.join(root, 'contracts/rows.ts'), renderRows(schema));
