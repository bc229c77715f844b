import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';

describe.skipIf(findChromium() === null)('a maintainer at a machine', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    product = await startProduct();
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1366, height: 768 }, timezoneId: 'America/New_York' });
    await product.serves('/sites/lindau/machines/filling/line-1/filler');
    // So that the page's history holds live readings too: the past of a new plant is one a minute.
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    await page.goto(`${product.url}/sites/lindau/machines/filling/line-1/filler`);
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
    // A trend is asked for when it comes into view.
    await chart().scrollIntoViewIfNeeded();
    await panel().locator('canvas').waitFor();
    await panel().getByText('Reading history…').waitFor({ state: 'hidden' });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const chart = () => page.getByRole('img', { name: /^Trend of Temperature/ });
  const panel = () => page.getByRole('article', { name: 'Temperature' });

  /** Steps back through the newest columns by keyboard. @returns the most seconds between two of them */
  async function largestStepS(columns: number): Promise<number> {
    await chart().focus();
    await page.keyboard.press('Escape');
    const seconds: number[] = [];
    for (let i = 0; i < columns; i++) {
      await page.keyboard.press('ArrowLeft');
      const [h, m, s] = (await panel().locator('output').innerText()).slice(0, 8).split(':').map(Number);
      seconds.push(h! * 3600 + m! * 60 + s!);
    }
    const steps = seconds.slice(1).map((at, i) => (seconds[i]! - at + 86_400) % 86_400);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(1);
    return Math.max(...steps);
  }

  test('sees every signal with value, unit, quality and age', async () => {
    const text = await panel().innerText();
    expect(text).toMatch(/Temperature\s+[\d.,]+ °C\s+Good \d+ s/);
  });

  test('reads a trend in which history and live readings meet without a seam', async () => {
    await page.waitForTimeout(10_000);
    expect(await largestStepS(15)).toBeLessThanOrEqual(4);
  });

  test('tells times in the zone of the site, wherever the browser is', async () => {
    const berlin = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' }).format();
    await chart().focus();
    await page.keyboard.press('ArrowLeft');
    expect((await panel().locator('output').innerText()).slice(0, 2)).toBe(berlin);
  });

  test.each(['8 h', '24 h', '7 d', '30 d', '15 min'])(
    'looks at the last %s with one question to the server a signal',
    async (range) => {
      const asked: URL[] = [];
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.pathname === '/api/v1/readings') asked.push(url);
      });
      await page.getByRole('radio', { name: range }).check({ force: true });
      await expect.poll(() => page.getByText('Reading history…').count(), { timeout: 20_000 }).toBe(0);
      await page.waitForTimeout(500);
      const signals = asked.map((url) => url.searchParams.get('signal'));
      expect(new Set(signals).size).toBe(signals.length);
      expect(Number(asked[0]?.searchParams.get('points') ?? 0)).toBeLessThanOrEqual(2_001);
      expect(await page.getByRole('alert').count()).toBe(0);
      page.removeAllListeners('request');
    },
  );

  test('zooms and goes back to live by keyboard', async () => {
    await chart().focus();
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Back to live' }).press('Enter');
    await page.getByText('Up to now').waitFor();
  });

  test('sees the states of the last hours with their times', async () => {
    const table = page.getByRole('region', { name: 'States of the last 8 hours' });
    await table.getByRole('row').nth(1).waitFor();
    expect(await table.getByRole('row').nth(1).innerText()).toMatch(/now/);
  });

  test('has no hole in its trend after the server was away: what was stored meanwhile is asked for', async () => {
    const { server } = await product.pids();
    // It hangs until the page has noticed; killed at once it might be back before.
    process.kill(server!, 'SIGSTOP');
    await page
      .getByRole('status')
      .filter({ hasText: /^Stale/ })
      .waitFor();
    process.kill(server!, 'SIGKILL');
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor({ timeout: 45_000 });
    await page.waitForTimeout(5_000);
    expect(await largestStepS(15)).toBeLessThanOrEqual(4);
  });
});
