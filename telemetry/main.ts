import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';
import { parseEnvironment, type Settings } from '../contracts/environment.ts';
import { internalSettingsSchema, type InternalSettings } from '../contracts/internal-settings.ts';
import { DEMO_ORGANISATION, DEMO_SITES } from '../contracts/simulated-plant.ts';
import { superviseProcess } from '../contracts/supervised-process.ts';
import { createLeases } from '../prisma/leases.ts';
import { openDatabase, type DatabaseTarget } from '../prisma/open-database.ts';
import { createBell, type Bell } from './bell.ts';
import { createPipeline } from './create-pipeline.ts';
import type { DeadLetterTotals } from '../contracts/api/dead-letters.ts';
import { dropOldLetters } from './dead-letter-upkeep.ts';
import { readInstallationId } from './installation-id.ts';
import { foldLedger } from './ledger-upkeep.ts';
import { prepareSparkplug } from './prepare-sparkplug.ts';
import { ensureOrganisation } from './registry/ensure-organisation.ts';
import { createJobs } from './jobs.ts';
import { allTopics } from './mapping/all-topics.ts';
import { createDecode } from './mapping/create-decode.ts';
import { MappingProblem, readMapping } from './mapping/read-mapping.ts';
import { repeat } from './repeat.ts';
import { createReplayer } from './replay/create-replayer.ts';
import { createStatusReport } from './report-status.ts';
import { applyRetention } from './retention/apply-retention.ts';
import { createRollUp } from './rollups/roll-up.ts';
import { openSpool } from './spool/open-spool.ts';
import type { Spool } from './spool/spool.ts';
import { FeedProblem, startFeed } from './start-feed.ts';

/**
 * The process `telemetry`: MQTT in, one transaction a batch, the bell. It must never acknowledge what is not durable,
 * and never end while it could still make durable what it has taken.
 */
const clock = systemClock;
const log = pino({ base: { process: 'telemetry' }, level: process.env['SENTIA_LOG_LEVEL'] ?? 'info' });
const RETRY_MS = 1_000;
/** What is left for the last batches once the feed has stopped; the supervisor waits 7.5 s in all. */
const DRAIN_MS = 1_000;
/** One run of the rollups goes on for so long at most; what is left waits for the next. */
const ROLL_UP_MS = 5_000;

const cleanUps: (() => Promise<void> | void)[] = [];
let stopping = false;
const supervised = superviseProcess({
  stop: async () => {
    stopping = true;
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    log.info('stopped');
  },
});

async function start(): Promise<void> {
  const environment = parseEnvironment(process.env);
  if (!environment.ok) return supervised.fatal(environment.lines.join('\n'));
  const { settings } = environment;
  const given = process.env['SENTIA_INTERNAL'];
  if (given === undefined)
    return supervised.fatal('telemetry is started by "npm start", which hands it SENTIA_INTERNAL.');
  const internal = internalSettingsSchema.parse(JSON.parse(given));

  const mapping = await readMapping(settings.mapping);
  const installation = await readInstallationId(internal.dataDir);
  const writer = `telemetry-${installation}`;
  const database = await untilDatabase(settings, internal);
  if (database === null) return;
  cleanUps.push(() => database.close());

  const spool = await openOwnSpool(join(internal.dataDir, 'spool'), settings.spoolMb);
  if (spool === null) return;
  cleanUps.push(() => spool.close());

  let bell: Bell | null = null;
  const pipeline = await createPipeline({
    database,
    clock,
    log,
    writer,
    defaultOrganisation: settings.organisation,
    decode: createDecode(mapping),
    onPosition: (position) => bell?.ring(position),
    spool,
  });
  const { ingest, chunks, health } = pipeline;
  cleanUps.push(
    () => pipeline.stop(),
    () => Promise.race([ingest.drain(), after(DRAIN_MS)]),
  );

  const leases = createLeases({ database, asker: { role: 'sentia_writer' }, holder: writer });
  const onPosition = (position: number) => bell?.ring(position);
  const sparkplug = await prepareSparkplug({
    ...{ settings, installation, ingest, database, leases, clock, log, onPosition },
  });
  // Before anything can be called live: until it is born again nobody is there.
  await sparkplug?.start();
  cleanUps.push(async () => sparkplug?.stop());

  const intake = sparkplug === null ? ingest : { ...ingest, take: sparkplug.take };
  const topics = allTopics(settings.topics, mapping?.filters ?? []);
  const asked = { ...settings, topics };
  const { feed, port } = await startFeed({
    ...{ settings: asked, internal, installation, ingest: intake, clock, log },
  });
  cleanUps.push(() => feed.stop());
  sparkplug?.attach(feed);
  cleanUps.push(() => sparkplug?.farewell());
  bell = createBell({ publish: (topic, payload) => feed.publish(topic, payload), clock });

  let strays = 0;
  const jobs = createJobs({ clock, log });
  let deadLetters: DeadLetterTotals | null = null;
  const replayer = createReplayer({ database, ingest, clock, log, writer, run: randomUUID() });
  const report = createStatusReport({
    pipeline,
    feed,
    sparkplug,
    spool,
    clock,
    writer,
    strays: () => strays,
    deadLetters: () => deadLetters,
    jobs: () => jobs.status(),
  });
  const rollUp = createRollUp({ database, clock, leases, chunks });
  const stopReplay = jobs.add('replay', 1_000, async () => {
    await replayer.replayAsked();
  });
  // Not waited for: what it has taken in waits for the database as everything else does.
  cleanUps.push(() => {
    void stopReplay();
  });
  cleanUps.push(
    repeat({ clock, log }, 'status', 1_000, async () => report.tick()),
    () => rollUp.stop(),
    jobs.add('chunks', 600_000, () => chunks.createAhead()),
    jobs.add('rollups', 10_000, async () => {
      await rollUp.run(ROLL_UP_MS);
    }),
    jobs.add('retention', 3_600_000, async () => {
      const gone = await applyRetention({ database, clock, chunks });
      if (gone.length > 0) log.info({ chunks: gone }, 'chunks beyond their retention are dropped');
    }),
    jobs.add('dead letters', 5_000, async () => {
      ({ totals: deadLetters } = await dropOldLetters({ database, clock }));
    }),
    jobs.add('upkeep', 60_000, async () => {
      strays = await chunks.strays();
      if (strays > 0) {
        const moved = await chunks.rescueStrays();
        log.error({ strays, moved }, 'readings stood outside of all chunks');
      }
      // A batch that is being retried may still have to be found in the ledger.
      const retrying = health.databaseError !== null || spool.status().batches > 0;
      if (!retrying) await foldLedger({ database, clock, writer });
    }),
  );
  const { address } = feed.status();
  log.info({ writer, address }, 'ready');
  supervised.ready(port === null ? `reads from ${address}` : address, port ?? undefined);
}

/** Opens the database and makes what must stand in it, however long that takes; null when it was stopped meanwhile. */
async function untilDatabase(settings: Settings, internal: InternalSettings): Promise<Database | null> {
  const target: DatabaseTarget =
    settings.databaseWriterUrl === null
      ? { kind: 'socket', socketDir: internal.databaseSocketDir ?? '' }
      : { kind: 'url', url: settings.databaseWriterUrl };
  const { organisation } = settings;
  let said = '';
  while (!stopping) {
    let database: Database | null = null;
    try {
      database = await openDatabase({ target, name: 'telemetry', max: 4 });
      await ensureOrganisation(database, { slug: organisation, name: organisation, simulated: false }, []);
      if (internal.demo)
        await ensureOrganisation(database, { ...DEMO_ORGANISATION, simulated: true }, DEMO_SITES);
      return database;
    } catch (error) {
      await database?.close();
      const message = error instanceof Error ? error.message : String(error);
      if (message !== said) log.warn({ err: error }, 'waiting for the database');
      said = message;
      supervised.status(`Waiting for the database: ${message}`);
      await after(RETRY_MS);
    }
  }
  return null;
}

/** null when it cannot be opened, which has been said then. */
async function openOwnSpool(directory: string, megabytes: number): Promise<Spool | null> {
  try {
    return await openSpool({ directory, maxBytes: megabytes * 1024 * 1024, log });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    supervised.fatal(
      `${directory}, where readings wait while the database is away, cannot be opened: ${said}.`,
    );
    return null;
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

start().catch((error: unknown) => {
  if (error instanceof FeedProblem || error instanceof MappingProblem) {
    log.error(error.message);
    supervised.fatal(error.message);
    return;
  }
  log.fatal({ err: error }, 'could not start');
  process.exit(1);
});
