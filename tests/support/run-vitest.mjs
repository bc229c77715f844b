import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../cli/launch/root.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

const VITEST = path.join(root, 'node_modules/vitest/vitest.mjs');
const REPORTS = path.join(root, '.cache/tests');

/** @param {readonly Totals[]} parts @returns {Totals} */
export function sumTotals(parts) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    total.passed += part.passed;
    total.failed += part.failed;
    total.skipped += part.skipped;
  }
  return total;
}

/** @param {Totals} totals */
export function describeTotals({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * Runs one project of vitest.config.ts and counts from its report.
 * @param {{ project: string, label: string, env?: Record<string, string>, filters?: readonly string[] }} options
 * @returns {Promise<Totals>} at least one failure whenever vitest itself was not content
 */
export async function runVitest({ project, label, env = {}, filters = [] }) {
  const report = path.join(REPORTS, `${label}.json`);
  mkdirSync(REPORTS, { recursive: true });
  rmSync(report, { force: true });
  console.log(`\n── ${label}`);
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const child = spawn(process.execPath, [VITEST, ...args, ...filters], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return countReport(report, code === 0);
}

/** @param {string} file @param {boolean} content @returns {Totals} */
function countReport(file, content) {
  /** @type {any} */
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  // A file that could not be loaded has no tests in it, and is a failure all the same.
  const broken = report.testResults.filter(
    (/** @type {any} */ result) => result.status === 'failed' && result.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !content ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {string} project @returns {Promise<number>} how many tests a project holds, without running them */
export async function countTests(project) {
  const child = spawn(process.execPath, [VITEST, 'list', '--project', project, '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const from = output.indexOf('[');
  return from === -1 ? 1 : JSON.parse(output.slice(from)).length;
}
