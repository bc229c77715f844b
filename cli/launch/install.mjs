import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root as projectRoot } from './root.mjs';

const STAMP = 'node_modules/.sentia-install';

/**
 * Installs the packages of package-lock.json when they are missing or another version's. It never runs packages'
 * scripts, and never removes what `npm install` put there by hand as long as that fits the lock file.
 * @param {{ root?: string, progress: import('./progress.mjs').Progress }} options
 */
export async function ensureInstalled({ root = projectRoot, progress }) {
  const stamp = path.join(root, STAMP);
  const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lock).digest('hex');
  const stamped = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (!stamped) {
    if (!fitsLock(root, lock)) {
      progress.start('Installing packages (once; about a minute)');
      await npmCi(root);
      progress.done('Installed packages');
    }
    writeFileSync(stamp, hash);
  }
}

/**
 * @param {string} root @param {string} lock
 * @returns {boolean} whether npm's own record of what it installed names the same versions as the lock file
 */
function fitsLock(root, lock) {
  const record = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages ?? {};
  /** @type {Record<string, { version?: string, optional?: boolean }>} */
  const wanted = JSON.parse(lock).packages ?? {};
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || entry.optional === true || installed[name]?.version === entry.version,
  );
}

/** @param {string} root */
async function npmCi(root) {
  const { command, before } = npmCommand();
  const child = spawn(
    command,
    [...before, 'ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`The packages could not be installed; npm says:\n${output.trim()}`);
}

/** The npm that called us where there is one, else the one on the PATH. */
function npmCommand() {
  const caller = process.env['npm_execpath'];
  const npmCli = caller === undefined ? undefined : path.join(path.dirname(caller), 'npm-cli.js');
  return npmCli !== undefined && existsSync(npmCli)
    ? { command: process.execPath, before: [npmCli] }
    : { command: 'npm', before: [] };
}
