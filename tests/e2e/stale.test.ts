import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';

describe.skipIf(findChromium() === null)('a board whose plumbing dies', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    product = await startProduct();
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    await page.goto(product.url);
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const said = (words: RegExp) => page.getByRole('status').filter({ hasText: words });

  test.each(['telemetry', 'database', 'server'])(
    'says STALE within 3 s when %s is gone, with why and since when, and comes back by itself',
    async (name) => {
      await said(/^Live$/).waitFor({ timeout: 30_000 });
      const pid = (await product.pids())[name];
      expect(pid).toBeTypeOf('number');
      const values = await page.getByRole('article', { name: 'Line 1' }).innerText();
      // A killed server may be back before the next beat is due; one that hangs is not.
      process.kill(pid!, name === 'server' ? 'SIGSTOP' : 'SIGKILL');
      await said(/^Stale/).waitFor({ timeout: 3_000 });
      await page.getByText(/last live \d\d:\d\d:\d\d, \d+ s ago/).waitFor();
      const shown = await page.getByRole('article', { name: 'Line 1' }).innerText();
      expect(shown).toContain('STALE');
      expect(shown.length).toBeGreaterThan(values.length / 2);
      if (name === 'server') process.kill(pid!, 'SIGKILL');
      await said(/^Live$/).waitFor({ timeout: 45_000 });
    },
    90_000,
  );
});
