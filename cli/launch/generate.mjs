import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './root.mjs';

export const SETTINGS_FILE = path.join(root, 'cli/launch/settings.generated.mjs');
export const HELP_FILE = path.join(root, 'cli/launch/help.generated.json');

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

/**
 * The help texts of all commands, by their words, as JSON.
 * @returns {Promise<string>}
 */
export async function generateHelp() {
  const outfile = path.join(root, '.cache/help-texts.mjs');
  mkdirSync(path.dirname(outfile), { recursive: true });
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `import { helpTexts } from './cli/help-texts.ts';
        import { createProgram } from './cli/program.ts';
        export const texts = helpTexts(createProgram());`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  const { texts } = await import(pathToFileURL(outfile).href);
  return `${JSON.stringify(texts, null, 2)}\n`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(SETTINGS_FILE, await generateSettings());
  writeFileSync(HELP_FILE, await generateHelp());
}
