import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../support/find-chromium.mjs';
import { startSentia, temporaryDataDir } from '../support/run-sentia.ts';

/**
 * `npm run screenshots`: pictures of the running product with its simulated plant, into docs/screenshots. With `--all`
 * every page at every size in both themes goes to .cache/screenshots, to be looked at. `--url` takes a Sentia that
 * already runs, instead of starting one and letting its past arrive first.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const SETTLE_MS = 60_000;

const { values } = parseArgs({
  options: { all: { type: 'boolean', default: false }, url: { type: 'string' } },
});

const PAGES = {
  board: '',
  machine: 'sites/lindau/machines/filling/line-1/filler',
  data: 'data',
  connect: 'connect',
};
const SIZES = {
  wall: { width: 1920, height: 1080 },
  uhd: { width: 3840, height: 2160 },
  laptop: { width: 1366, height: 768 },
  phone: { width: 360, height: 800 },
};
type Shot = { page: keyof typeof PAGES; size: keyof typeof SIZES; theme: 'dark' | 'light' };

const FOR_README: Shot[] = [
  { page: 'board', size: 'wall', theme: 'dark' },
  { page: 'machine', size: 'phone', theme: 'light' },
];

function everyShot(): Shot[] {
  const shots: Shot[] = [];
  for (const page of Object.keys(PAGES) as (keyof typeof PAGES)[])
    for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[])
      for (const theme of ['dark', 'light'] as const) shots.push({ page, size, theme });
  return shots;
}

async function take(browser: Browser, url: string, shot: Shot, folder: string): Promise<void> {
  const context = await browser.newContext({ viewport: SIZES[shot.size], hasTouch: shot.size === 'phone' });
  await context.addCookies([{ name: 'sentia-theme', value: shot.theme, url }]);
  const page = await context.newPage();
  await page.goto(new URL(PAGES[shot.page], url).href);
  // The first seconds of the stream fill ages and trends.
  await page.waitForTimeout(4_000);
  const file = path.join(folder, `${shot.page}-${shot.size}-${shot.theme}.png`);
  await page.screenshot({ path: file });
  console.log(path.relative(ROOT, file));
  await context.close();
}

const executablePath = findChromium();
if (executablePath === null)
  throw new Error('no Chromium was found: install one, or name it in SENTIA_TEST_CHROMIUM');
const folder = path.join(ROOT, values.all ? '.cache/screenshots' : 'docs/screenshots');
mkdirSync(folder, { recursive: true });
const { dataDir, remove } = temporaryDataDir();
const own = values.url === undefined ? await startSentia({ SENTIA_DATA_DIR: dataDir }) : null;
if (own !== null) {
  console.log(`started ${own.url}; letting the simulated plant tell its last 24 h first`);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
});
try {
  const url = own?.url ?? values.url ?? '';
  for (const shot of values.all ? everyShot() : FOR_README) await take(browser, url, shot, folder);
} finally {
  await browser.close();
  await own?.stop();
  remove();
}
