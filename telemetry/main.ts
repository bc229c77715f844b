import { hostname } from 'node:os';
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { WRITER_TOPIC, BELL_TOPIC } from '../contracts/bell.ts';
import { systemClock } from '../contracts/clock.ts';
import { parseEnvironment } from '../contracts/environment.ts';
import { internalSettingsSchema } from '../contracts/internal-settings.ts';
import { DEMO_ORGANISATION, DEMO_SITES } from '../contracts/simulated-plant.ts';
import { superviseProcess } from '../contracts/supervised-process.ts';
import { openDatabase, type DatabaseTarget } from '../prisma/open-database.ts';
import { createPipeline } from './create-pipeline.ts';
import { startEmbeddedFeed } from './feeds/embedded.ts';
import type { Feed } from './feeds/feed.ts';
import { createIdentify } from './feeds/identify.ts';
import { startMqttFeed } from './feeds/mqtt.ts';
import { ensureOrganisation } from './registry/ensure-organisation.ts';

const clock = systemClock;
const log = pino({ base: { process: 'telemetry' }, level: process.env['SENTIA_LOG_LEVEL'] ?? 'info' });
const cleanUps: (() => Promise<void>)[] = [];
const supervised = superviseProcess({
  stop: async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  },
});

async function start(): Promise<void> {
  const environment = parseEnvironment(process.env);
  if (!environment.ok) return supervised.fatal(environment.lines.join('\n'));
  const { settings } = environment;
  const internal = internalSettingsSchema.parse(JSON.parse(process.env['SENTIA_INTERNAL'] ?? 'null'));
  const target: DatabaseTarget =
    settings.databaseWriterUrl === null
      ? { kind: 'socket', socketDir: internal.databaseSocketDir ?? '' }
      : { kind: 'url', url: settings.databaseWriterUrl };
  const database = await openDatabase({ target, name: 'telemetry', max: 4 });
  cleanUps.push(() => database.close());
  await ensureOrganisation(database, { slug: settings.organisation, name: settings.organisation, simulated: false }, []);
  if (internal.demo) await ensureOrganisation(database, { ...DEMO_ORGANISATION, simulated: true }, DEMO_SITES);
  const writer = `${hostname()}`;
  let feed: Feed | null = null;
  const startedAt = clock.now();
  const pipeline = await createPipeline({
    database,
    clock,
    log,
    writer,
    defaultOrganisation: settings.organisation,
    onPosition: (position) => feed?.publish(BELL_TOPIC, String(position)),
  });
  await pipeline.chunks.createAhead();
  const { ingest } = pipeline;
  cleanUps.push(() => ingest.drain());
  feed =
    settings.mqttUrl === null
      ? await startEmbeddedFeed({
          host: settings.host,
          port: settings.mqttPort,
          topics: settings.topics,
          identify: createIdentify({
            passwords: internal.brokerPasswords,
            defaultOrganisation: settings.organisation,
            simulatorOrganisation: DEMO_ORGANISATION.slug,
          }),
          accept: ingest.accept,
          clock,
          log,
        })
      : startMqttFeed({
          options: {
            url: settings.mqttUrl,
            ca: settings.mqttCa === null ? null : readFileSync(settings.mqttCa),
            topics: settings.topics,
            clientId: `sentia-${writer}`,
          },
          ingest,
          clock,
          log,
        });
  const open = feed;
  cleanUps.push(() => open.stop());
  let before = 0;
  const timer = setInterval(() => {
    const accounting = ingest.accounting();
    const { count, bytes, age, silence } = { ...ingest.flushedBy() };
    open.publish(
      WRITER_TOPIC,
      JSON.stringify({
        writer,
        at: clock.now(),
        startedAt,
        feeds: [open.status()],
        accounting,
        readingsPerS: accounting.received - before,
        batches: {
          count: pipeline.health.batches,
          byCount: count,
          byBytes: bytes,
          byAge: age,
          bySilence: silence,
          lastReadings: pipeline.health.lastReadings,
          lastCommitMs: pipeline.health.lastCommitMs,
        },
        buffered: ingest.buffered(),
        maxBuffered: 200_000,
        databaseError: pipeline.health.databaseError,
        strays: 0,
        creationsRefused: 0,
      }),
    );
    before = accounting.received;
  }, 1_000);
  cleanUps.push(async () => clearInterval(timer));
  supervised.ready(`listens`);
}

await start();
