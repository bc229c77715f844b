import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type Server,
} from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Health } from '../../contracts/health.ts';
import { createHttp } from './create-http.ts';
import { closeServer, listen } from './listen.ts';
import { createMetrics } from './metrics.ts';
import { createRemixPages } from './remix-pages.ts';

let server: Server;
let buildDir: string;
let port: number;
const lines: Record<string, unknown>[] = [];
let health: Health = { status: 'ok', parts: { server: { status: 'ok', detail: 'works', pid: 1 } } };

beforeAll(async () => {
  buildDir = mkdtempSync(path.join(tmpdir(), 'sentia-http-'));
  mkdirSync(path.join(buildDir, 'client', 'assets'), { recursive: true });
  writeFileSync(path.join(buildDir, 'client', 'assets', 'page-4f3a.js'), 'export {};\n'.repeat(300));
  writeFileSync(path.join(buildDir, 'client', 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const api = express.Router();
  api.get('/echo', (request, response) => {
    response.json({ forwarded: request.headers['x-forwarded-host'] ?? null });
  });
  api.get('/fails', () => {
    throw new Error('secret insides');
  });
  api.post('/rules', (_request, response) => void response.json({ made: true }));
  const metrics = createMetrics(() => ({
    ...{ writers: [], live: true, position: 1, clients: 0, frames: 0, resumed: 0, resynced: 0 },
    ...{ cutClients: 0, malformedBells: 0 },
  }));
  const app = createHttp({
    log,
    publicUrl: 'https://plant.example',
    buildDir,
    publicDir: path.join(buildDir, 'none'),
    health: () => health,
    metrics,
    stream: (_request, response) => void response.type('text/event-stream').end(),
    api: () => api,
    pages: createRemixPages({ buildDir, log, ready: () => true, contextOf: () => ({}) as never }),
  });
  server = await listen(app, 0, '127.0.0.1');
  ({ port } = server.address() as AddressInfo);
});

afterAll(async () => {
  await closeServer(server, 100);
  rmSync(buildDir, { recursive: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Sends exactly this: fetch would tidy paths up and refuse some headers. */
function ask(target: string, headers: OutgoingHttpHeaders = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, path: target, method, headers: { Host: `localhost:${port}`, ...headers } },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => (body += text));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    request.on('error', reject);
    request.end();
  });
}

test.each(['evil.example', 'evil.example:3000', '127.0.0.1.nip.io'])(
  'Host %s is refused everywhere',
  async (host) => {
    for (const target of [
      '/',
      '/healthz',
      '/metrics',
      '/api/v1/echo',
      '/assets/page-4f3a.js',
      '/api/v1/sites/a/live',
    ]) {
      const answer = await ask(target, { Host: host });
      expect(answer.status, target).toBe(421);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(JSON.parse(answer.body)).toMatchObject({ status: 421 });
    }
  },
);

test('a request without a Host is refused', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.end('GET /healthz HTTP/1.0\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1\.1 421 /);
});

test.each(['http://evil.example/', '//evil.example/', '//api/v1/sites', '*'])(
  'the target %s is refused',
  async (target) => {
    expect((await ask(target)).status).toBe(400);
  },
);

test.each([
  ['a page of ours', { Origin: 'http://localhost:PORT', 'Sec-Fetch-Site': 'same-origin' }, 200],
  ['the public address', { Origin: 'https://plant.example' }, 200],
  ['no browser', {}, 200],
  ['a person who typed the address', { 'Sec-Fetch-Site': 'none' }, 200],
  ['another site', { Origin: 'https://evil.example' }, 403],
  ['another port of this machine', { Origin: 'http://localhost:1' }, 403],
  ['a page without origin', { Origin: 'null' }, 403],
  [
    'an image on another site',
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' },
    403,
  ],
  ['another port, told by the browser', { 'Sec-Fetch-Site': 'same-site' }, 403],
  [
    'a link on another site to the API',
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' },
    403,
  ],
])('the API is asked by %s: %#', async (_name, headers, status) => {
  const own = Object.fromEntries(
    Object.entries(headers).map(([k, v]) => [k, v.replace('PORT', String(port))]),
  );
  expect((await ask('/api/v1/echo', own)).status).toBe(status);
  expect((await ask('/api/v1/rules', own, 'POST')).status).toBe(status);
});

test('a link on another site may lead to a page, a frame on it may not', async () => {
  const navigation = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
  expect((await ask('/icon.svg', { ...navigation, 'Sec-Fetch-Dest': 'document' })).status).toBe(200);
  expect((await ask('/icon.svg', { ...navigation, 'Sec-Fetch-Dest': 'iframe' })).status).toBe(403);
  expect((await ask('/', { ...navigation, 'Sec-Fetch-Dest': 'document' }, 'POST')).status).toBe(403);
});

test('every answer forbids frames, sniffing and foreign scripts, and carries its own id and nonce', async () => {
  const [one, two] = [await ask('/'), await ask('/', { 'X-Request-Id': 'mine' })];
  expect(one.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(one.headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
  expect(one.headers['x-content-type-options']).toBe('nosniff');
  expect(two.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(one.headers['content-security-policy']).not.toBe(two.headers['content-security-policy']);
  expect(one.headers['x-powered-by']).toBeUndefined();
});

test('health is 200 only when all is ok, and strangers hear no more than that', async () => {
  const local = await ask('/healthz');
  expect(local.status).toBe(200);
  expect(JSON.parse(local.body)).toEqual(health);
  for (const stranger of [
    { Host: 'plant.example' },
    { 'X-Forwarded-For': '203.0.113.9' },
    { Forwarded: 'for=203.0.113.9' },
  ]) {
    expect(JSON.parse((await ask('/healthz', stranger)).body)).toEqual({ status: 'ok' });
  }
  health = { ...health, status: 'degraded' };
  expect((await ask('/healthz')).status).toBe(503);
});

test('metrics are Prometheus text', async () => {
  const answer = await ask('/metrics');
  expect(answer.headers['content-type']).toContain('text/plain');
  expect(answer.body).toContain('# TYPE sentia_readings gauge');
});

test.each(['/api', '/api/', '/api/v1/nothing', '/api/v2/sites', '/api/v1/../nothing', '/API/v1/x'])(
  'nothing at %s is a problem document, not a page',
  async (target) => {
    const answer = await ask(target);
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  },
);

test('a mistake of ours shows nothing of its insides but the id under which it is logged', async () => {
  const answer = await ask('/api/v1/fails');
  expect(answer.status).toBe(500);
  expect(answer.body).not.toMatch(/secret|at .*:\d/);
  expect(answer.body).toContain(String(answer.headers['x-request-id']));
  expect(
    lines.some((line) => line['requestId'] === answer.headers['x-request-id'] && line['level'] === 50),
  ).toBe(true);
});

test.each(['/%', '/api/v1/sites/%E0%A4%A/live', '/assets/%ff'])(
  'the malformed address %s is the client’s mistake',
  async (target) => {
    const answer = await ask(target);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  },
);

test('assets are kept for ever, compressed where asked, and are never another folder’s files', async () => {
  const asset = await ask('/assets/page-4f3a.js', { 'Accept-Encoding': 'gzip' });
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(asset.headers['content-encoding']).toBe('gzip');
  expect((await ask('/assets/gone.js')).status).toBe(404);
  for (const target of [
    '/assets/../../server/index.js',
    '/assets/..%2f..%2fserver/index.js',
    '/..%2f..%2fetc/passwd',
  ]) {
    expect((await ask(target)).body).not.toMatch(/root:|import /);
  }
});

test('where no pages are built a page says what to do', async () => {
  const answer = await ask('/');
  expect(answer.status).toBe(503);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.body).toContain('npm run build');
});

test('what a stranger says of a proxy is not believed', async () => {
  expect(JSON.parse((await ask('/api/v1/echo', { 'X-Forwarded-Host': 'evil.example' })).body)).toEqual({
    forwarded: null,
  });
});

test('one line a request with its id, without its query; health and streams make none', async () => {
  lines.length = 0;
  const answer = await ask('/api/v1/echo?token=secret');
  await ask('/healthz');
  await ask('/api/v1/sites/ulm/live');
  await expect.poll(() => lines.filter((line) => line['msg'] === 'request')).toHaveLength(1);
  expect(lines.find((line) => line['msg'] === 'request')).toMatchObject({
    requestId: answer.headers['x-request-id'],
    method: 'GET',
    path: '/api/v1/echo',
    status: 200,
  });
  expect(JSON.stringify(lines)).not.toContain('secret');
});
