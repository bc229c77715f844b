import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { healthSchema, type Health } from '../contracts/health.ts';
import { isAlive } from '../tests/support/is-alive.ts';
import { sentia, startSentia, temporaryDataDir, type RunningSentia } from '../tests/support/run-sentia.ts';

let dataDir: string;
let removeDataDir: () => void;
let running: RunningSentia | null;
beforeEach(() => {
  ({ dataDir, remove: removeDataDir } = temporaryDataDir());
  running = null;
});
afterEach(async () => {
  if (running?.process.exitCode === null) await running.stop();
  removeDataDir();
});

async function start(env: Record<string, string>): Promise<RunningSentia> {
  running = await startSentia({ SENTIA_DATA_DIR: dataDir, ...env });
  return running;
}

async function health({ url }: RunningSentia): Promise<{ code: number } & Health> {
  const answer = await fetch(new URL('/healthz', url));
  return { code: answer.status, ...healthSchema.parse(await answer.json()) };
}

const pidsOf = ({ parts = {} }: Health) =>
  Object.values(parts).flatMap(({ pid }) => (pid === undefined ? [] : [pid]));

async function publish({ mqttUrl }: RunningSentia, site: string, value: number): Promise<void> {
  const client = await mqtt.connectAsync(mqttUrl, { protocolVersion: 4 });
  const payload = JSON.stringify({ value, at: new Date().toISOString() });
  await client.publishAsync(`plants/${site}/hall-1/line-1/press-1/temperature`, payload, { qos: 1 });
  await client.endAsync();
}

async function latest({ url }: RunningSentia, site: string): Promise<unknown[]> {
  const answer = await fetch(new URL(`/api/v1/signals/latest?site=${site}`, url));
  if (!answer.ok) return [];
  return (await answer.json()).items.map((item: { value: unknown }) => item.value);
}

async function siteNames({ url }: RunningSentia): Promise<string[]> {
  const answer = await fetch(new URL('/api/v1/sites', url));
  return (await answer.json()).items.map((item: { site: string }) => item.site);
}

const within = (timeout: number) => ({ timeout, interval: 50 });

// The embedded database and broker are what is tested; tests/services has the real ones.
describe.skipIf(process.env['SENTIA_TEST_DATABASE_URL'])('npm start', { timeout: 180_000 }, () => {
  test('what was acknowledged is there after kill -9 of telemetry and after a stop, and no process stays', async () => {
    const first = await start({ SENTIA_DEMO: 'off' });
    await vi.waitFor(
      async () => expect(await health(first)).toMatchObject({ code: 200, status: 'ok' }),
      within(5_000),
    );
    await publish(first, 'works', 1);
    const before = await health(first);
    expect(Object.keys(before.parts ?? {}).sort()).toEqual(['broker', 'database', 'server', 'telemetry']);

    process.kill(before.parts?.['telemetry']?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => expect(await health(first)).toMatchObject({ code: 503 }), within(5_000));
    await vi.waitFor(async () => expect(await health(first)).toMatchObject({ code: 200 }), within(5_000));
    await publish(first, 'works', 2);
    await vi.waitFor(async () => expect(await latest(first, 'works')).toEqual([2]), within(5_000));

    const again = await sentia(['start'], { SENTIA_DATA_DIR: dataDir });
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain(`is held by another running Sentia, PID ${first.process.pid}.`);
    const doctor = await sentia(['doctor', '--json'], { SENTIA_DATA_DIR: dataDir });
    expect(JSON.parse(doctor.stdout)).toMatchObject({ healthy: true });

    const pids = pidsOf(await health(first));
    expect(pids).toHaveLength(3);
    expect(await first.stop()).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(readdirSync(dataDir).filter((name) => name.endsWith('.lock') || name === 'running.json')).toEqual(
      [],
    );

    const second = await start({ SENTIA_DEMO: 'off' });
    await vi.waitFor(async () => expect(await latest(second, 'works')).toEqual([2]), within(5_000));
  });

  test('children of a supervisor that was killed end themselves, and the next start works at once', async () => {
    const first = await start({ SENTIA_DEMO: 'off' });
    await publish(first, 'works', 1);
    const pids = pidsOf(await health(first));
    first.process.kill('SIGKILL');
    const second = await start({ SENTIA_DEMO: 'off' });
    await vi.waitFor(async () => expect(await latest(second, 'works')).toEqual([1]), within(5_000));
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), within(10_000));
  });

  test('the demo is removed while Sentia runs, stays away, and leaves what is yours', async () => {
    const first = await start({ SENTIA_SIMULATOR_SEED: '1' });
    await publish(first, 'works', 1);
    await vi.waitFor(
      async () => expect(await siteNames(first)).toEqual(['lindau', 'porto', 'works']),
      within(20_000),
    );
    const removal = await sentia(['demo', 'remove', '--json'], { SENTIA_DATA_DIR: dataDir });
    expect(removal).toMatchObject({ code: 0, stdout: '{"removed":true}\n' });
    await vi.waitFor(async () => {
      expect(await siteNames(first)).toEqual(['works']);
      expect(await health(first)).toMatchObject({ code: 200 });
    }, within(10_000));
    expect((await health(first)).parts).not.toHaveProperty('simulator');
    await first.stop();

    const second = await start({});
    await publish(second, 'works', 2);
    expect(await siteNames(second)).toEqual(['works']);
    expect(await sentia(['demo', 'remove', '--json'], { SENTIA_DATA_DIR: dataDir })).toMatchObject({
      stdout: '{"removed":false}\n',
    });
  });

  test('the doctor and the migrations work while Sentia does not run', async () => {
    const env = { SENTIA_DATA_DIR: dataDir, PORT: '0', SENTIA_MQTT_PORT: '0' };
    expect(await sentia(['migrate', '--json'], env)).toMatchObject({ code: 0 });
    expect(await sentia(['migrate', '--json'], env)).toMatchObject({ code: 0, stdout: '{"applied":[]}\n' });
    const { code, stdout } = await sentia(['doctor'], env);
    expect(stdout).toMatch(/ok +database +the embedded database, PostgreSQL 18/);
    expect(stdout).toMatch(/– +server +Sentia is not running/);
    expect(code).toBe(0);
    expect(existsSync(path.join(dataDir, 'sentia.lock'))).toBe(false);
  });
});
