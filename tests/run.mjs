// `npm test`: unit, integration and browser tests in a fresh clone. `npm test -- --services` runs the integration tests
// again on real PostgreSQL (native partitions, then TimescaleDB) and Mosquitto, and the tests that need those. It closes
// with one line of sums, alone, and exits 0 only when nothing failed.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from '../cli/launch/build.mjs';
import { ensureInstalled } from '../cli/launch/install.mjs';
import { createProgress } from '../cli/launch/progress.mjs';
import { root } from '../cli/launch/root.mjs';
import { findChromium, installChromium } from './support/find-chromium.mjs';
import { countTests, describeTotals, runVitest, sumTotals } from './support/run-vitest.mjs';
import { startServices } from './support/start-services.mjs';

const services = process.argv.includes('--services');
// Children get the terminal's Ctrl-C too; we outlive them to clean up.
process.on('SIGINT', () => undefined);

async function runMain() {
  const totals = [
    await runVitest({ project: 'unit', label: 'unit' }),
    await runVitest({ project: 'integration', label: 'integration-embedded' }),
  ];
  let chromium = findChromium();
  const why = chromium === null ? installChromium() : null;
  chromium ??= findChromium();
  if (chromium !== null) {
    const env = { SENTIA_TEST_CHROMIUM: chromium };
    return [...totals, await runVitest({ project: 'e2e', label: 'e2e', env })];
  }
  const skipped = await countTests('e2e');
  console.log(
    `\nBrowser tests were not run: no Chromium was found, and ${why}. Name one with SENTIA_TEST_CHROMIUM.`,
  );
  return [...totals, { passed: 0, failed: 0, skipped }];
}

async function runServices() {
  const running = await startServices();
  try {
    const totals = [];
    for (const timescale of ['off', 'on']) {
      const env = { ...running.env, SENTIA_TEST_TIMESCALE: timescale, SENTIA_TEST_BROKER: 'mosquitto' };
      const label = timescale === 'on' ? 'timescale' : 'native';
      totals.push(await runVitest({ project: 'integration', label: `integration-${label}`, env }));
      totals.push(await runVitest({ project: 'services', label: `services-${label}`, env }));
    }
    return totals;
  } finally {
    await running.stop();
  }
}

const progress = createProgress();
await ensureInstalled({ progress });
await ensureBuilt({ progress, parts: 'all' });
const total = sumTotals(services ? await runServices() : await runMain());
mkdirSync(path.join(root, '.cache/tests'), { recursive: true });
writeFileSync(
  path.join(root, `.cache/tests/total-${services ? 'services' : 'main'}.json`),
  JSON.stringify(total),
);
console.log(`\n${describeTotals(total)}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
