import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';

describe.skipIf(findChromium() === null)('someone who connects their first machine', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    product = await startProduct();
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    await page.goto(`${product.url}/connect`);
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  async function publish(topic: string, payload: string) {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${product.mqttPort}`, { protocolVersion: 4 });
    await client.publishAsync(topic, payload, { qos: 1 });
    await client.endAsync();
  }

  test('is told the address and a command that fits the names they type', async () => {
    await page.getByText(`mqtt://127.0.0.1:${product.mqttPort}`).waitFor();
    await page.getByRole('textbox', { name: 'machine' }).fill('lathe 7');
    await page.getByText("-t 'plants/my-site/hall-1/line-1/lathe 7/temperature' -m 71.2").first().waitFor();
    await page.getByRole('textbox', { name: 'machine' }).fill('order');
    await page.getByRole('alert').filter({ hasText: 'kept for production orders' }).waitFor();
  });

  test('sees the value arrive without a reload, and goes to its board from there', async () => {
    await page.getByText('Nothing yet on a site of your own.').waitFor();
    await publish('plants/my-site/hall-1/line-1/press/temperature', '71.25');
    await page
      .getByRole('row')
      .filter({ hasText: 'my-site/hall-1/line-1/press/temperature' })
      .getByText('71.25')
      .waitFor();
    await page.getByRole('link', { name: /Board of/ }).click();
    await page.getByRole('link', { name: 'Press', exact: true }).waitFor();
    await page.goBack();
  });

  test('sees what was refused and why', async () => {
    await publish('plants/my-site/hall-1/line-1/press/temperature', '71,25');
    const letter = page
      .getByRole('listitem')
      .filter({ hasText: 'plants/my-site/hall-1/line-1/press/temperature' });
    await letter.getByText('71,25', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'All dead letters' }).click();
    await page.getByRole('heading', { name: 'Data', level: 1 }).waitFor();
    await page.getByRole('listitem').filter({ hasText: '71,25' }).waitFor();
    const unexplained = page.getByRole('row').filter({ hasText: 'Unexplained' });
    expect((await unexplained.innerText()).match(/\d+/g)?.map(Number)).toEqual([0, 0]);
  });
});
