// `npm run validate`: all that CI runs, in one command. The tests on real services need root, apt-get, debootstrap and
// Mosquitto; where one is missing they are left out, and that is said.
import { spawn, spawnSync } from 'node:child_process';
import { createProgress } from '../cli/launch/progress.mjs';
import { ensureInstalled } from '../cli/launch/install.mjs';
import { root } from '../cli/launch/root.mjs';

const steps = [
  { name: 'format', args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'] },
  { name: 'lint', args: ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'] },
  { name: 'tests', args: ['tests/run.mjs'] },
];
const missing = whatServicesLack();
if (missing === null) steps.push({ name: 'tests on real services', args: ['tests/run.mjs', '--services'] });

/** @returns {string | null} */
function whatServicesLack() {
  if (process.getuid?.() !== 0) return 'root';
  const programs = ['apt-get', 'debootstrap', 'mosquitto'];
  return programs.find((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) ?? null;
}

await ensureInstalled({ progress: createProgress() });
const failed = [];
for (const { name, args } of steps) {
  console.log(`\n══ ${name}`);
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) failed.push(name);
}
if (missing !== null)
  console.log(`\nThe tests on real services were not run: this machine lacks ${missing}.`);
console.log(failed.length === 0 ? '\nAll is well.' : `\nNot well: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
