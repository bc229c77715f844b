import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @returns {string | null} SENTIA_TEST_CHROMIUM, else the first browser on the PATH that the tests can drive */
export function findChromium() {
  const named = process.env['SENTIA_TEST_CHROMIUM'];
  if (named !== undefined && named !== '') return isExecutable(named) ? named : null;
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const name of NAMES) {
      const file = path.join(folder, name);
      if (folder !== '' && isExecutable(file)) return file;
    }
  }
  return null;
}

/**
 * Debian's Chromium, when this machine lets us: root, and apt-get there.
 * @returns {string | null} why not, or null when it is installed
 */
export function installChromium() {
  if (process.getuid?.() !== 0) return 'only root may install one';
  if (spawnSync('apt-get', ['--version']).error !== undefined) return 'there is no apt-get to install one';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    // Downloads fail now and then.
    for (const command of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
      execFileSync('apt-get', ['-q', '-o', 'Acquire::Retries=3', ...command], { env, stdio: 'pipe' });
    }
    return null;
  } catch (error) {
    const said =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
    return `apt-get could not install one (${said})`;
  }
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
