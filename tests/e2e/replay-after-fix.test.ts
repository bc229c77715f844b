import { writeFileSync } from 'node:fs';
import path from 'node:path';
import mqtt from 'mqtt';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findChromium, launchBrowser } from '../support/browser.ts';
import { sentia, startSentia, temporaryDataDir, type RunningSentia } from '../support/run-sentia.ts';

const MAPPING = {
  patterns: [
    {
      name: 'presses',
      topic: 'factory/{site}/{line}/{machine}/telemetry',
      constants: { area: 'hall-1' },
      values: { temperature: 'data.temperature' },
      units: { temperature: '°C' },
    },
  ],
};
const LETTERS = 900;
const TOPIC = 'factory/my-site/line-1/press/telemetry';

describe.skipIf(findChromium() === null)('an operator whose machines publish topics of their own', () => {
  const { dataDir, remove } = temporaryDataDir();
  const mappingFile = path.join(dataDir, 'mapping.json');
  let browser: Browser;
  let running: RunningSentia | null = null;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    remove();
  });

  const start = async (env: Record<string, string>) =>
    (running = await startSentia({ SENTIA_DATA_DIR: dataDir, SENTIA_DEMO: 'off', ...env }));
  async function publish(payload: string) {
    const url = running?.mqttUrl ?? '';
    const client = await mqtt.connectAsync(url, { protocolVersion: 4 });
    await client.publishAsync(TOPIC, payload, { qos: 1 });
    await client.endAsync();
  }

  test('maps them, and replays on the data page what was refused before', async () => {
    await start({ SENTIA_TOPICS: 'plants/#,factory/#' });
    const before = Date.now();
    // Without a time of its own, so it gets that of its first arrival.
    await publish('{"data":{"temperature":71.25}}');
    await running?.stop();
    const arrivedBy = Date.now();

    writeFileSync(mappingFile, JSON.stringify(MAPPING));
    const { url } = await start({ SENTIA_MAPPING: mappingFile });
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    await page.goto(new URL('/data', url).href);
    const letter = page.getByRole('listitem').filter({ hasText: TOPIC });
    await letter.getByText('The topic does not name a signal').waitFor();
    await letter.getByRole('button', { name: 'Replay' }).click();
    await letter.getByText('stored', { exact: false }).filter({ hasText: 'Replayed at' }).waitFor();
    expect(await letter.getByRole('button', { name: 'Replay' }).count()).toBe(0);

    const signal = 'my-site/hall-1/line-1/press/temperature';
    const csv = await fetch(
      new URL(`/api/v1/readings.csv?signal=${signal}&from=${before - 60_000}&to=${Date.now()}`, url),
    );
    const [, row = '', none] = (await csv.text()).split('\n');
    expect(row.split(',').slice(1)).toEqual(['71.25', 'good']);
    expect(none).toBe('');
    expect(Date.parse(row.split(',')[0] ?? '')).toBeGreaterThanOrEqual(before);
    expect(Date.parse(row.split(',')[0] ?? '')).toBeLessThanOrEqual(arrivedBy);

    // From now on such topics are read as they come.
    await publish('{"data":{"temperature":72}}');
    await vi.waitFor(async () => {
      const latest = await fetch(new URL('/api/v1/signals/latest?site=my-site', url));
      expect(await latest.json()).toMatchObject({
        items: [{ signal: 'temperature', unit: 'Cel', value: 72 }],
      });
    });
  });

  test('loses none and doubles none when telemetry is killed while it replays', async () => {
    await running?.stop();
    await start({ SENTIA_TOPICS: 'plants/#,factory/#' });
    const client = await mqtt.connectAsync(running?.mqttUrl ?? '', { protocolVersion: 4 });
    const topic = TOPIC.replace('press', 'lathe');
    const payloads = Array.from({ length: LETTERS }, (_, i) => `{"data":{"temperature":${i}}}`);
    await Promise.all(payloads.map((payload) => client.publishAsync(topic, payload, { qos: 1 })));
    await client.endAsync();
    await running?.stop();

    const { url } = await start({ SENTIA_MAPPING: mappingFile });
    const env = { SENTIA_DATA_DIR: dataDir, SENTIA_MAPPING: mappingFile };
    const asking = sentia(['dead-letters', 'replay', '--all', '--topic', 'lathe', '--json'], env);
    const waiting = async () => {
      const answer = await fetch(new URL('/api/v1/dead-letters?topic=lathe&limit=1000', url));
      const { items } = (await answer.json()) as { items: { replay: { outcome: string } | null }[] };
      return items.filter(({ replay }) => replay?.outcome !== 'stored').length;
    };
    const kill = async () => {
      const answer = await fetch(new URL('/healthz', url));
      const { parts } = (await answer.json()) as { parts: Record<string, { pid?: number }> };
      const pid = parts['telemetry']?.pid;
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      await vi.waitFor(async () => expect((await fetch(new URL('/healthz', url))).status).toBe(200), {
        timeout: 20_000,
      });
    };
    let kills = 0;
    for (let left = LETTERS; left > 0 && kills < 3; left = await waiting()) {
      if (left === LETTERS) continue;
      kills++;
      await kill();
    }
    expect(kills).toBeGreaterThan(0);
    expect(JSON.parse((await asking).stdout)).toMatchObject({ requested: LETTERS });
    await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 30_000, interval: 250 });
    const signal = 'my-site/hall-1/line-1/lathe/temperature';
    const csv = await fetch(new URL(`/api/v1/readings.csv?signal=${signal}&from=0&to=${Date.now()}`, url));
    const values = (await csv.text())
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => Number(row.split(',')[1]));
    expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: LETTERS }, (_, i) => i));
  });

  test('is told in one line what is wrong with a mapping, and nothing starts', async () => {
    writeFileSync(mappingFile, JSON.stringify({ patterns: [{ name: 'p', topic: 'f/{site}/{machine}' }] }));
    const other = temporaryDataDir();
    const { code, stderr } = await sentia(['start'], {
      ...{ SENTIA_DATA_DIR: other.dataDir, SENTIA_MAPPING: mappingFile, PORT: '0', SENTIA_MQTT_PORT: '0' },
    });
    other.remove();
    expect(code).toBe(2);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^SENTIA_MAPPING .*mapping\.json: The pattern "p" does not say the area/,
    );
  });

  test('sees with doctor what a message would become', async () => {
    writeFileSync(mappingFile, JSON.stringify(MAPPING));
    const payload = '{"data":{"temperature":5}}';
    const told = await sentia(['doctor', '--topic', TOPIC, '--payload', payload, '--json'], {
      ...{ SENTIA_DATA_DIR: dataDir, SENTIA_MAPPING: mappingFile },
    });
    expect(JSON.parse(told.stdout)).toMatchObject({
      pattern: 'presses',
      lane: 'live',
      readings: [{ path: 'my-site/hall-1/line-1/press/temperature', at: null, value: 5, unit: 'Cel' }],
    });
    expect(told.code).toBe(0);
  });
});
