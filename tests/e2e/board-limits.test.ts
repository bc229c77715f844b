import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../cli/launch/build.mjs';
import { createProgress } from '../../cli/launch/progress.mjs';
import { findChromium, launchBrowser } from '../support/browser.ts';
import { createFixturePlant } from '../support/fixture-plant.ts';
import { startFixtureServer } from '../support/fixture-server.ts';

const root = path.resolve(import.meta.dirname, '../..');
const SCREENS = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
  { width: 360, height: 800 },
];

describe.skipIf(findChromium() === null)('a board at its limits', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startFixtureServer>>;
  let page: Page;
  beforeAll(async () => {
    await ensureBuilt({ parts: 'all', progress: createProgress() });
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await page?.close();
    await server?.close();
  });
  afterAll(() => browser?.close());

  async function open(
    plant: Parameters<typeof createFixturePlant>[0],
    viewport: { width: number; height: number },
  ) {
    server = await startFixtureServer({ root, plant: createFixturePlant(plant) });
    page = await browser.newPage({ viewport });
    await page.goto(server.url);
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
  }
  const now = () => Date.now();
  const shown = () => page.getByRole('article').filter({ visible: true });

  /** What sticks out of the row it belongs to. */
  const outside = () =>
    page
      .getByRole('article')
      .filter({ visible: true })
      .evaluateAll((articles) =>
        articles.flatMap((article) => {
          const row = article.getBoundingClientRect();
          return [...article.querySelectorAll('h2, p, li, .value-tile, .strip-hours')]
            .filter((element) => element.getClientRects().length > 0)
            .filter((element) => {
              const { left, right, top, bottom } = element.getBoundingClientRect();
              return left < row.left || right > row.right + 1 || top < row.top || bottom > row.bottom + 1;
            })
            .map((element) => `${element.className || element.tagName}: ${element.textContent}`);
        }),
      );

  test.each(SCREENS)('thirty lines never overflow a screen of $width by $height', async (viewport) => {
    await open(
      { lines: Array.from({ length: 30 }, (_, i) => 1 + (i % 12)), longNames: true, now: now() },
      viewport,
    );
    const [scrollWidth, scrollHeight] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.scrollHeight,
    ]);
    expect(await outside()).toEqual([]);
    expect(scrollWidth).toBeLessThanOrEqual(viewport.width);
    if (viewport.width > 1000) expect(scrollHeight).toBeLessThanOrEqual(viewport.height);
    else expect(await shown().count()).toBe(30);
  });

  test('pages of lines are turned by hand, and trouble on another page is named', async () => {
    await open({ lines: Array.from({ length: 30 }, () => 3), now: now() }, SCREENS[1]!);
    const first = await shown().first().innerText();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => shown().first().innerText()).not.toBe(first);
    await page.getByRole('button', { name: 'Line 3' }).click();
    await page.getByRole('article', { name: 'Line 3', exact: true }).getByText('Breakdown').first().waitFor();
  });

  test('a number that changes moves none of its neighbours', async () => {
    await open({ lines: [4, 4, 4], now: now() }, SCREENS[1]!);
    const places = () =>
      page
        .getByRole('article')
        .first()
        .evaluate((article) =>
          [...article.querySelectorAll('*')]
            .map((element) => {
              const { left, top } = element.getBoundingClientRect();
              return `${element.className} ${left.toFixed(1)} ${top.toFixed(1)}`;
            })
            .filter((each) => !each.startsWith('value-unit')),
        );
    const before = await places();
    await page.waitForTimeout(4_000);
    expect(await places()).toEqual(before);
  });

  test('a page that the server does not vouch for is stale as a whole, with the reason', async () => {
    await open({ lines: [4], now: now() }, SCREENS[1]!);
    server.say(false, 'The database does not answer.');
    await page.getByText('The database does not answer.').waitFor();
    expect(await shown().first().innerText()).toContain('STALE');
  });

  test('a stream whose beats stop is stale within 3 s although its readings go on', async () => {
    await open({ lines: [4], now: now() }, SCREENS[1]!);
    server.stopBeats();
    await page
      .getByRole('status')
      .filter({ hasText: /^Stale/ })
      .waitFor({ timeout: 4_000 });
    await page.getByText('The server has gone silent').waitFor();
  });
});
