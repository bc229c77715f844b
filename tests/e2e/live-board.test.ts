import mqtt from 'mqtt';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { findChromium, launchBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';

describe.skipIf(findChromium() === null)('a plant manager before the wall', () => {
  let product: Product;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    product = await startProduct();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const live = () => page.getByRole('status').filter({ hasText: /^Live$/ });
  const within = (timeout: number) => ({ timeout, interval: 50 });

  async function publish(topic: string, payload: string) {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${product.mqttPort}`, { protocolVersion: 4 });
    await client.publishAsync(topic, payload, { qos: 1 });
    await client.endAsync();
  }

  test('sees the simulated plant live, marked as simulated, with values that move', async () => {
    await page.goto(product.url);
    await page.getByRole('heading', { name: 'Lindau', level: 1 }).waitFor();
    await live().waitFor({ timeout: 10_000 });
    await page.getByText('Simulated', { exact: true }).first().waitFor();
    const line = page.getByRole('article', { name: 'Line 1' });
    const before = await line.innerText();
    await vi.waitFor(async () => expect(await line.innerText()).not.toBe(before), within(5_000));
  });

  test('is shown the picture by the server itself, before any script runs', async () => {
    const html = await (await fetch(product.url)).text();
    expect(html).toContain('Lindau');
    expect(html).toMatch(/Running|Idle|Changeover|Planned stop|Breakdown/);
  });

  test('sees a machine within a second of its first value, without a reload', async () => {
    await publish('plants/werk-1/hall-1/line-1/press/temperature', '71.2');
    await product.serves('/sites/werk-1');
    await page.goto(`${product.url}/sites/werk-1`);
    await live().waitFor();
    await page.getByRole('link', { name: 'Press', exact: true }).waitFor();
    await publish('plants/werk-1/hall-1/line-1/robot/grip-force', '{"value": 38.5, "unit": "N"}');
    const arm = page.getByRole('article', { name: 'Line 1' });
    await arm.getByText('38.5').waitFor({ timeout: 1_000 });
    await page.getByRole('link', { name: 'Robot', exact: true }).waitFor();
  });

  test('sees a value say STALE when its machine falls silent', async () => {
    await publish('plants/werk-2/hall-1/line-1/press/temperature', '71.2');
    await product.serves('/sites/werk-2');
    await page.goto(`${product.url}/sites/werk-2`);
    await live().waitFor();
    const line = page.getByRole('article', { name: 'Line 1' });
    await vi.waitFor(
      async () => expect((await line.innerText()).match(/STALE/g)).toHaveLength(3),
      within(8_000),
    );
  });

  test('has a board that makes no request but its stream once it stands', async () => {
    await page.goto(product.url);
    await live().waitFor();
    // The service worker takes what it keeps for offline once, at the first visit.
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await page.waitForTimeout(3_000);
    const requests: string[] = [];
    context.on('request', (request) => requests.push(request.url()));
    await page.waitForTimeout(15_000);
    expect(requests).toEqual([]);
    await live().waitFor();
  });

  test('holds one stream however many tabs are open, and none once they are closed', async () => {
    const streams = async () => {
      const metrics = await (await fetch(`${product.url}/metrics`)).text();
      return Number(/^sentia_live_clients(?:\{[^}]*\})? (\d+)$/m.exec(metrics)?.[1]);
    };
    const before = await streams();
    await page.goto(product.url);
    await live().waitFor();
    const second = await context.newPage();
    await second.goto(product.url);
    await second
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
    await vi.waitFor(async () => expect(await streams()).toBe(before + 1), within(5_000));
    await page.close();
    await second.close();
    await vi.waitFor(async () => expect(await streams()).toBe(before), within(15_000));
  });

  test('finds the way by keyboard from the board to a machine and back', async () => {
    await page.goto(product.url);
    await live().waitFor();
    const machine = page.getByRole('link', { name: 'Filler', exact: true }).first();
    await machine.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Filler', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Lindau' }).press('Enter');
    await page.getByRole('heading', { name: 'Lindau', level: 1 }).waitFor();
  });

  test('switches to the light theme, which the next page keeps', async () => {
    await page.goto(product.url);
    await live().waitFor();
    await page.getByRole('button', { name: 'Light theme' }).click();
    await page.goto(`${product.url}/data`);
    await page.getByRole('button', { name: 'Dark theme' }).waitFor();
  });

  test.each(['/nowhere', '/sites/nowhere', '/sites/lindau/machines/filling/line-1/no-such-machine'])(
    'is told that %s does not exist, and led back',
    async (address) => {
      const response = await page.goto(product.url + address);
      expect(response?.status()).toBe(404);
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
      await page.getByRole('link', { name: 'To the board' }).click();
      await page.getByRole('heading', { name: 'Lindau', level: 1 }).waitFor();
    },
  );
});
