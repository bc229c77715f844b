import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDirectory } from '../../prisma/embedded/data-directory-lock.ts';
import { dataDirectoryMistake } from './data-directory.mjs';
import { root } from './root.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sentia-mistakes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `sentia start` as a user calls it, with nothing in its environment but these settings. */
async function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [path.join(root, 'cli/sentia.mjs'), 'start'], {
    cwd: folder,
    env: { NODE_ENV: 'production', PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stdout, lines: stderr.split('\n').filter((line) => line !== '') };
}

const MISTAKES = [
  { name: 'a port that is none', env: { PORT: 'http' }, line: /^PORT must be a port number/ },
  { name: 'a port beyond the last', env: { PORT: '65536' }, line: /^PORT must be a port number/ },
  { name: 'a host off loopback', env: { HOST: '0.0.0.0' }, line: /^HOST must be a loopback address/ },
  {
    name: 'a database of another kind',
    env: { DATABASE_URL: 'mysql://a:b@c/d' },
    line: /^DATABASE_URL must be a URL like/,
  },
  {
    name: 'a database that is no address',
    env: { DATABASE_URL: 'postgres' },
    line: /^DATABASE_URL must be a URL like/,
  },
  {
    name: 'a broker of another kind',
    env: { MQTT_URL: 'http://broker' },
    line: /^MQTT_URL must be a URL like/,
  },
  {
    name: 'a writer without a database',
    env: { DATABASE_WRITER_URL: 'postgres://a@b/c' },
    line: /^DATABASE_WRITER_URL is set but/,
  },
  { name: 'a CA without a broker', env: { MQTT_CA: 'ca.pem' }, line: /^MQTT_CA is set but MQTT_URL is not/ },
  {
    name: 'a CA with a broker in the clear',
    env: { MQTT_CA: 'ca.pem', MQTT_URL: 'mqtt://b' },
    line: /is not encrypted/,
  },
  { name: 'two brokers', env: { MQTT_URL: 'mqtt://b', SENTIA_MQTT_PORT: '1884' }, line: /are both set/ },
  { name: 'one port for two', env: { PORT: '1883' }, line: /^PORT and SENTIA_MQTT_PORT are both 1883/ },
  {
    name: 'a demo that is neither on nor off',
    env: { SENTIA_DEMO: 'yes' },
    line: /^SENTIA_DEMO must be "on" or "off"/,
  },
  {
    name: "the demo's organisation",
    env: { SENTIA_ORGANISATION: 'demo' },
    line: /^SENTIA_ORGANISATION must not be "demo"/,
  },
  {
    name: 'a topic filter that is none',
    env: { SENTIA_TOPICS: 'plants/#/x' },
    line: /^SENTIA_TOPICS must be MQTT topic filters/,
  },
  { name: 'a misspelt setting', env: { SENTIA_DATADIR: '/data' }, line: /^SENTIA_DATADIR is not a setting/ },
];
test.each(MISTAKES)(
  '$name ends the start with its one line before anything is opened',
  async ({ env, line }) => {
    const { code, stdout, lines } = await start({ SENTIA_DATA_DIR: path.join(folder, 'data'), ...env });
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(path.join(folder, 'data'))).toBe(false);
  },
);

test('several mistakes are told at once, one line each, and no password is repeated', async () => {
  const { code, lines } = await start({
    PORT: 'x',
    HOST: 'example.com',
    DATABASE_URL: 'postgres:/ada:s3cret@db',
  });
  expect(code).toBe(2);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['PORT', 'HOST', 'DATABASE_URL']);
  expect(lines.join()).not.toContain('s3cret');
});

test('ports in use are named with the setting that changes them', async () => {
  const taken = [createServer(), createServer()];
  const ports = await Promise.all(
    taken.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          }),
        ),
    ),
  );
  const { code, lines } = await start({ PORT: String(ports[0]), SENTIA_MQTT_PORT: String(ports[1]) });
  for (const server of taken) server.close();
  expect(code).toBe(2);
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^Port ${ports[0]} for the pages is already in use.*PORT=<port>`)),
    expect.stringMatching(
      new RegExp(`^Port ${ports[1]} for the MQTT broker is already in use.*SENTIA_MQTT_PORT=<port>`),
    ),
  ]);
  expect(existsSync(path.join(folder, '.sentia'))).toBe(false);
});

test('a data directory that is a file is refused', async () => {
  writeFileSync(path.join(folder, 'data'), '');
  const { code, lines } = await start({ SENTIA_DATA_DIR: 'data', PORT: '0', SENTIA_MQTT_PORT: '0' });
  expect(lines).toEqual([expect.stringMatching(/^SENTIA_DATA_DIR is .*data, which is a file/)]);
  expect(code).toBe(2);
});

test('a data directory that another Sentia holds is refused, and its PID is named', async () => {
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const lock = lockDataDirectory(data);
  const { code, lines } = await start({ SENTIA_DATA_DIR: data });
  expect(lines).toEqual([expect.stringContaining(`is held by another running Sentia, PID ${process.pid}.`)]);
  expect(code).toBe(2);
  lock.release();
  expect(dataDirectoryMistake(data)).toBeNull();
});

test('a lock that a killed Sentia left behind does not keep the next one out', () => {
  lockDataDirectory(folder);
  const file = path.join(folder, 'sentia.lock');
  const lock: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...lock, pid: 2 ** 22 - 1 }));
  expect(dataDirectoryMistake(folder)).toBeNull();
});

test('a data directory that does not exist yet is fine', () => {
  expect(dataDirectoryMistake(path.join(folder, 'deep/er'))).toBeNull();
});
