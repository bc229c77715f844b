import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';

describe.skipIf(findChromium() === null)('a phone on the shop floor', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    product = await startProduct();
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  test('shows the plant in a list that needs no sideways scrolling', async () => {
    await page.goto(product.url);
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
    const [scrolled, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(scrolled).toBe(width);
    await page.getByRole('link', { name: 'Data' }).tap();
    await page.getByRole('heading', { name: 'Data', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Board' }).tap();
    await page.getByRole('heading', { name: 'Lindau', level: 1 }).waitFor();
  });

  test('without a network still shows the last state, with its age and STALE, also after a reload', async () => {
    await page.goto(product.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await page.reload();
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
    await page.waitForTimeout(1_000);
    await page.reload();
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
    await product.stop();
    await page
      .getByRole('status')
      .filter({ hasText: /^Stale/ })
      .waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Lindau', level: 1 }).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /^Stale/ })
      .waitFor();
    await page.getByText(/last live \d\d:\d\d:\d\d, \d+ (s|min) ago/).waitFor();
    const line = await page.getByRole('article', { name: 'Line 1' }).innerText();
    expect(line).toMatch(/STALE/);
    expect(line).toMatch(/\d+ s/);
    await page.getByRole('link', { name: 'Filler', exact: true }).first().tap();
    await page.getByRole('heading', { name: /Filler|This device is offline/, level: 1 }).waitFor();
  });
});
