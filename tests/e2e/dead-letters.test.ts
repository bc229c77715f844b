import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findChromium, launchBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';
import { sentia } from '../support/run-sentia.ts';

const MACHINE = 'plants/my-site/hall-1/line-1/press';
const NEW_AT = '2026-01-31T06:00:00Z';

describe.skipIf(findChromium() === null)('an operator who mends what was refused', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    product = await startProduct({ env: { SENTIA_DEMO: 'off' } });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    // The second reading is refused: it says another unit, and its signal is kept in the first's.
    await publish(`${MACHINE}/t`, `{"value": 20, "unit": "Cel", "at": "${NEW_AT}"}`);
    await publish(`${MACHINE}/t`, '71,25');
    await publish(`${MACHINE}/p`, '{"value": 1, "at": "1970-01-01T00:00:00Z"}');
    await publish('plants/too-short', '1');
    await page.goto(`${product.url}/data`);
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
  const letters = () => page.getByRole('region', { name: 'Dead letters' }).getByRole('listitem');

  test('finds a letter by its reason and topic on a phone, and the address keeps the filter', async () => {
    await vi.waitFor(async () => expect(await letters().count()).toBe(3), { timeout: 10_000 });
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('bad_number');
    await page.getByRole('textbox', { name: 'Topic holds' }).fill('PRESS/T');
    await page.getByRole('button', { name: 'Show', exact: true }).press('Enter');
    await vi.waitFor(async () => expect(await letters().count()).toBe(1));
    expect(page.url()).toContain('reason=bad_number');
    await letters().filter({ hasText: '71,25' }).waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
  });

  test('takes the payload and the list along', async () => {
    const waiting = page.waitForEvent('download');
    await letters().getByRole('link', { name: 'Download payload' }).click();
    expect(readFileSync(await (await waiting).path(), 'utf8')).toBe('71,25');
    const list = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as JSON lines' }).click();
    const lines = readFileSync(await (await list).path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { reason: string }).reason)).toEqual(['bad_number']);
  });

  test('replays it, and sees that it was refused again, once', async () => {
    await letters().getByRole('button', { name: 'Replay' }).press('Enter');
    await page.getByRole('status').filter({ hasText: 'The letter is being replayed' }).waitFor();
    await letters().getByText('refused again').waitFor();
    expect(await letters().count()).toBe(1);
  });

  test('does the same from the command line after the fix, and sees on the page that it is stored', async () => {
    await page.getByRole('link', { name: 'Show all' }).click();
    await vi.waitFor(async () => expect(await letters().count()).toBe(3));
    await letters().filter({ hasText: 'too-short' }).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Replay selected' }).click();
    await letters().filter({ hasText: 'too-short' }).getByText('refused again').waitFor();
    const env = { SENTIA_DATA_DIR: product.dataDir };
    const listed = await sentia(['dead-letters', 'list', '--topic', 'press/t', '--json'], env);
    const { items } = JSON.parse(listed.stdout) as { items: { deadLetterId: number; kept: string }[] };
    expect(items).toMatchObject([{ kept: 'whole' }]);
    const replayed = await sentia(['dead-letters', 'replay', String(items[0]?.deadLetterId), '--json'], env);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ requested: 1, outcomes: [{ outcome: 'refused' }] });
    expect(replayed.code).toBe(1);
    const unexplained = page.getByRole('row').filter({ hasText: 'Unexplained' });
    expect((await unexplained.innerText()).match(/\d+/g)?.map(Number)).toEqual([0, 0]);
  });

  test('is not replayed by a page of another site', async () => {
    const response = await fetch(`${product.url}/data`, {
      method: 'POST',
      headers: { Origin: 'http://evil.example', 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'only=1',
    });
    expect(response.status).toBe(403);
  });
});
