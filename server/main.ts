import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RequestHandler } from 'express';
import { pino } from 'pino';
import { systemClock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';
import { parseEnvironment, type Settings } from '../contracts/environment.ts';
import { internalSettingsSchema, type InternalSettings } from '../contracts/internal-settings.ts';
import { BROKER_USER, DEMO_ORGANISATION } from '../contracts/simulated-plant.ts';
import { superviseProcess } from '../contracts/supervised-process.ts';
import type { Processes } from '../contracts/supervision.ts';
import { openDatabase, type DatabaseTarget } from '../prisma/open-database.ts';
import { createApi } from './api/create-api.ts';
import { createPageReadings } from './api/page-readings.ts';
import { createContext, type ContextDeps } from './context.ts';
import { createHttp } from './http/create-http.ts';
import { composeHealth } from './http/health.ts';
import { closeServer, listen } from './http/listen.ts';
import { createMetrics } from './http/metrics.ts';
import { createRemixPages } from './http/remix-pages.ts';
import { cspNonceOf, requestIdOf } from './http/security-headers.ts';
import { listenToBell, type BellBroker, type BellListener } from './live/bell-listener.ts';
import { createLive, type Live } from './live/live.ts';
import { createStreamHandler } from './live/stream-handler.ts';
import { openWhenReady } from './open-when-ready.ts';
import { createVisitorDirectory, type VisitorDirectory } from './visitor-directory.ts';

/**
 * The process `server`: HTTP, pages and the live stream. It answers before its database does, and must never end
 * because its database or broker went away: it says so and waits for them.
 */
const clock = systemClock;
const log = pino({ base: { process: 'server' }, level: process.env['SENTIA_LOG_LEVEL'] ?? 'info' });
/** Each of the two steps of stopping; both together stay under 2 s. */
const STOP_WITHIN_MS = 900;

/** What there is only once the database is open. */
interface Opened {
  databases: readonly Database[];
  live: Live;
  visitors: VisitorDirectory;
  context: ContextDeps;
  api: RequestHandler;
}
let opened: Opened | null = null;
let problem: string | null = null;
let processes: Processes | null = null;
let stopping = false;
const cleanUps: (() => Promise<void> | void)[] = [];

const supervised = superviseProcess({
  onProcesses: (next) => (processes = next),
  stop: async () => {
    stopping = true;
    const now = opened;
    now?.visitors.stop();
    // Ending the streams lets the HTTP server close; a database that is gone must not hold the process.
    const reading = now?.live.stop();
    await Promise.all([...cleanUps.map((cleanUp) => cleanUp()), withinLimit(reading)]);
    await withinLimit(Promise.all(now?.databases.map((database) => database.close()) ?? []));
    log.info('stopped');
  },
});

async function withinLimit(work: Promise<unknown> | undefined): Promise<void> {
  await Promise.race([work, new Promise<void>((resolve) => clock.after(STOP_WITHIN_MS, resolve))]);
}

/** Whether who asks can be told apart and something can be shown. */
function isReady(): boolean {
  return opened !== null && opened.live.loaded() && opened.visitors.known();
}

async function start(): Promise<void> {
  const environment = parseEnvironment(process.env);
  if (!environment.ok) return supervised.fatal(environment.lines.join('\n'));
  const { settings } = environment;
  const given = process.env['SENTIA_INTERNAL'];
  const internal = given === undefined ? null : internalSettingsSchema.parse(JSON.parse(given));
  const target = targetOf(settings, internal);
  if (target === null) {
    return supervised.fatal(
      'The server alone needs DATABASE_URL: the embedded database is started by npm start.',
    );
  }

  const root = rootOf(fileURLToPath(import.meta.url));
  const buildDir = path.join(root, 'build');
  let bell: BellListener | null = null;
  const brokerState = () => bell?.state() ?? { ok: false, detail: 'Not connected yet' };
  const stream = createStreamHandler({
    live: () => (isReady() ? (opened?.live ?? null) : null),
    visitorOf: () => opened?.visitors.visitor() ?? { name: 'Demo', organisationIds: [] },
    log,
  });
  const metrics = createMetrics(() => ({
    writers: opened?.live.writers() ?? [],
    live: opened?.live.picture.beat().live ?? false,
    position: opened?.live.picture.position() ?? 0,
    ...(opened?.live.hub.counts() ?? { clients: 0, frames: 0, resumed: 0, resynced: 0 }),
    cutClients: stream.cut(),
    malformedBells: bell?.malformed() ?? 0,
  }));
  const app = createHttp({
    log,
    publicUrl: settings.publicUrl,
    buildDir,
    publicDir: path.join(root, 'public'),
    health: () =>
      composeHealth({
        nowMs: clock.now(),
        pid: process.pid,
        live: opened && {
          loaded: opened.live.loaded(),
          beat: opened.live.picture.beat(),
          writers: opened.live.writers(),
        },
        problem,
        broker: brokerState(),
        processes,
      }),
    metrics,
    stream: stream.handle,
    api: () => (isReady() ? (opened?.api ?? null) : null),
    pages: createRemixPages({
      buildDir,
      log,
      ready: isReady,
      contextOf: (_request, response) => {
        if (opened === null) throw new Error('a page was asked for before the database was open');
        const requestId = requestIdOf(response);
        const context = createContext(opened.context, {
          requestId,
          cspNonce: cspNonceOf(response),
          visitor: opened.visitors.visitor(),
          reportError: (error) => log.error({ err: error, requestId }, 'a page failed'),
        });
        return { ...context };
      },
    }),
  });

  const http = await listen(app, settings.port, settings.host).catch((error: unknown) => {
    supervised.fatal(error instanceof Error ? error.message : String(error));
    return null;
  });
  if (http === null) return;
  cleanUps.push(() => closeServer(http, STOP_WITHIN_MS));
  const { port } = http.address() as AddressInfo;
  log.info({ host: settings.host, port }, 'listening');
  supervised.status('Waiting for the database');

  const databases = await openWhenReady({
    clock,
    open: () => openBoth(target),
    stopped: () => stopping,
    onProblem: (message) => {
      if (message !== problem) log.warn({ detail: message }, 'the database cannot be opened yet');
      problem = message;
    },
  });
  if (databases === null) return;
  problem = null;
  const [liveDatabase, database] = databases;
  const demo = internal?.demo ?? settings.demo;
  const live = createLive({ database: liveDatabase, clock, log, broker: brokerState });
  const visitors = createVisitorDirectory({
    database,
    clock,
    organisations: demo ? [settings.organisation, DEMO_ORGANISATION.slug] : [settings.organisation],
    onProblem: (error) => log.warn({ err: error }, 'the organisations cannot be read'),
  });
  opened = {
    databases,
    live,
    visitors,
    context: {
      database,
      live,
      clock,
      broker: brokerForPeople(settings),
      banner: demo ? `${DEMO_ORGANISATION.name} is simulated: its machines do not exist` : null,
      readings: createPageReadings({ database, clock }),
    },
    api: createApi({ database, live: live.picture, clock, log, visitorOf: () => visitors.visitor() }),
  };
  const visitorsKnown = visitors.start();
  bell = listenToBell({
    broker: brokerOf(settings, internal),
    clientId: `sentia-server-${randomUUID()}`,
    log,
    onBell: (position) => live.onBell(position),
    onWriter: (status) => live.onWriter(status),
    onStateChange: () => live.onBrokerChange(),
  });
  cleanUps.push(() => bell?.stop());
  live.onFirstLoad(() => {
    void visitorsKnown.then(() => supervised.ready(`http://${settings.host}:${port}`, port));
  });
  live.start();
}

/** The live path has connections of its own: no question of a page may hold it up. */
async function openBoth(target: DatabaseTarget): Promise<[Database, Database]> {
  const live = await openDatabase({ target, max: 2, name: 'live' });
  try {
    return [live, await openDatabase({ target, max: 10, name: 'server' })];
  } catch (error) {
    await live.close();
    throw error;
  }
}

function targetOf(settings: Settings, internal: InternalSettings | null): DatabaseTarget | null {
  if (settings.databaseUrl !== null) return { kind: 'url', url: settings.databaseUrl };
  if (internal === null || internal.databaseSocketDir === null) return null;
  return { kind: 'socket', socketDir: internal.databaseSocketDir };
}

function brokerOf(settings: Settings, internal: InternalSettings | null): BellBroker {
  if (settings.mqttUrl !== null)
    return { url: settings.mqttUrl, username: null, password: null, ca: settings.mqttCa };
  const password = internal?.brokerPasswords[BROKER_USER.server] ?? null;
  return { url: `mqtt://127.0.0.1:${settings.mqttPort}`, username: BROKER_USER.server, password, ca: null };
}

/** For the page that tells how to connect a machine: never with credentials. */
function brokerForPeople(settings: Settings): ContextDeps['broker'] {
  if (settings.mqttUrl === null) {
    const port = settings.mqttPort;
    return { embedded: true, host: '127.0.0.1', port, url: `mqtt://127.0.0.1:${port}` };
  }
  const url = new URL(settings.mqttUrl);
  const fallback: Record<string, number> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };
  const port = url.port === '' ? (fallback[url.protocol] ?? 1883) : Number(url.port);
  return { embedded: false, host: url.hostname, port, url: `${url.protocol}//${url.hostname}:${port}` };
}

/** Bundled we lie in build/processes/, from source in server/. */
function rootOf(file: string): string {
  const folder = path.dirname(file);
  return path.basename(folder) === 'processes' ? path.resolve(folder, '../..') : path.resolve(folder, '..');
}

start().catch((error: unknown) => {
  log.fatal({ err: error }, 'could not start');
  process.exit(1);
});
