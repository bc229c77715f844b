import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './root.mjs';

export const SETTINGS_FILE = path.join(root, 'cli/launch/settings.generated.mjs');

/** esbuild drops the unused nine tenths of zod (its locales above all) only when zod is imported as a namespace. */
const leanZod = {
  name: 'lean-zod',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /contracts.environment\.ts$/ }, ({ path: file }) => ({
      contents: readFileSync(file, 'utf8').replace("import { z } from 'zod'", "import * as z from 'zod'"),
      loader: 'ts',
    }));
  },
};

/**
 * The settings' schema with zod inside, as one file that plain Node can import before anything is installed.
 * @returns {Promise<string>}
 */
export async function generateSettings() {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['contracts/environment.ts'],
    banner: {
      js: '// Made from contracts/environment.ts by `npm run generate`; a test holds it against that file.',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    write: false,
    plugins: [leanZod],
  });
  return result.outputFiles[0]?.text ?? '';
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(SETTINGS_FILE, await generateSettings());
}
