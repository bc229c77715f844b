import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { hashFiles } from './hash-files.mjs';
import { createProgress } from './progress.mjs';
import { root as projectRoot } from './root.mjs';

/** Bundles of the processes: name in build/processes/ ← entry. Packages stay outside, in node_modules. */
export const PROCESS_ENTRIES = {
  cli: 'cli/main.ts',
  database: 'prisma/embedded/main.ts',
  telemetry: 'telemetry/main.ts',
  server: 'server/main.ts',
  simulator: 'telemetry/simulator/main.ts',
};

const PROCESS_SOURCES = ['cli', 'contracts', 'ml', 'prisma', 'server', 'telemetry', 'package-lock.json'];
const SITE_SOURCES = [
  ...['app', 'contracts', 'public', 'server/app-context.ts', 'package-lock.json'],
  ...['vite.config.ts', 'remix.config.js', 'tsconfig.json'],
];

/** @param {string} root @returns {import('esbuild').BuildOptions} */
export function processBuildOptions(root) {
  return {
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(PROCESS_ENTRIES).filter(([, entry]) => existsSync(path.join(root, entry))),
    ),
    outdir: 'build/processes',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'silent',
  };
}

/**
 * Builds what is out of date, told by a hash of the sources beside the result.
 * @param {{ root?: string, parts: 'processes' | 'all', progress: import('./progress.mjs').Progress }} options
 * `processes`: the bundles of the processes and commands (under a second); `all`: the pages too.
 */
export async function ensureBuilt({ root = projectRoot, parts, progress }) {
  const site = { stamp: path.join(root, 'build/.stamp'), hash: hashFiles(root, SITE_SOURCES) };
  const processes = {
    stamp: path.join(root, 'build/processes/.stamp'),
    hash: hashFiles(root, PROCESS_SOURCES),
  };
  const siteStale = parts === 'all' && readStamp(site.stamp) !== site.hash;
  if (!siteStale && readStamp(processes.stamp) === processes.hash) return;
  progress.start('Building');
  if (siteStale) {
    // Remix empties build/ first, the processes' bundles with it: they come after.
    await buildSite(root);
    writeFileSync(site.stamp, site.hash);
  }
  rmSync(processes.stamp, { force: true });
  await buildProcesses(root);
  writeFileSync(processes.stamp, processes.hash);
  progress.done('Built');
}

/** @param {string} file */
function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** @param {string} root */
async function buildProcesses(root) {
  const esbuild = await import('esbuild');
  await esbuild.build(processBuildOptions(root)).catch(async (error) => {
    if (!Array.isArray(error.errors)) throw error;
    const messages = await esbuild.formatMessages(error.errors, { kind: 'error' });
    throw new Error(`The processes could not be built:\n${messages.join('')}`);
  });
}

/** Remix's own build command: the browser's bundle and the server's, each a Vite build. @param {string} root */
async function buildSite(root) {
  const command = path.join(root, 'node_modules/@remix-run/dev/dist/cli.js');
  const child = spawn(process.execPath, [command, 'vite:build', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`The pages could not be built:\n${output}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const parts = process.argv.includes('--processes') ? 'processes' : 'all';
  await ensureBuilt({ parts, progress: createProgress() }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
