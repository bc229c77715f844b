// `npm start` once everything is built: takes the data directory, starts the processes in their order, says where they
// are, and stays until it is told to stop. It must never leave a process or a lock behind, nor start anything twice.
import path from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../../contracts/clock.ts';
import type { Settings } from '../../contracts/environment.ts';
import type { InternalSettings } from '../../contracts/internal-settings.ts';
import type { ProcessName } from '../../contracts/supervision.ts';
import { migrate } from '../../prisma/migrate.ts';
import { connectBroker } from '../broker/connect-broker.ts';
import { CommandError } from '../command-error.ts';
import { targetOf } from '../database-target.ts';
import { holderOf } from '../launch/data-directory.mjs';
import { createProgress } from '../launch/progress.mjs';
import { root } from '../launch/root.mjs';
import { createChild, type Child } from './child.ts';
import { childEnvironment, makeBrokerPasswords, neededProcesses } from './children.ts';
import { readDemoState } from './demo-state.ts';
import { createLogFile } from './log-file.ts';
import { removeRunning, writeRunning } from './running-file.ts';
import { onStopSignals } from './stop-signals.ts';
import { describeSummary, summarise } from './summary.ts';
import { createSupervisor } from './supervisor.ts';
import { watchDemoState } from './watch-demo-state.ts';
import { watchSources } from './watch-sources.ts';

const MAX_LOG_BYTES = 10 * 1024 * 1024;
/** A child whose supervisor was killed ends itself within 8 s. */
const ORPHANS_END_WITHIN_MS = 10_000;
const STAGES: Record<ProcessName, string> = {
  database: 'Starting the database',
  telemetry: 'Starting the broker and ingest',
  server: 'Starting the server',
  simulator: 'Simulated plant',
};

/**
 * @param settings checked, with definite ports
 * @param dataDir absolute, and held by us
 * @throws CommandError with the one line that says why Sentia cannot run
 */
export async function runSentia(
  settings: Settings,
  dataDir: string,
  options: { json: boolean; watch: boolean },
): Promise<void> {
  const progress = createProgress();
  const logOf = (name: string) =>
    createLogFile({ path: path.join(dataDir, 'logs', `${name}.log`), maxBytes: MAX_LOG_BYTES });
  const ownLog = logOf('supervisor');
  const log = pino({ base: { process: 'supervisor' } }, { write: (line) => ownLog.write(line) });
  const target = targetOf(settings, dataDir);
  const internal: InternalSettings = {
    dataDir,
    databaseSocketDir: target.kind === 'socket' ? target.socketDir : null,
    brokerPasswords: makeBrokerPasswords(),
    demo: settings.demo && readDemoState(dataDir) === null,
  };

  let announced = false;
  let end: (outcome: { mistake: string | null }) => void = () => undefined;
  const over = new Promise<{ mistake: string | null }>((resolve) => (end = resolve));
  let ending = false;
  void over.then(() => (ending = true));

  const env = childEnvironment(process.env, settings, internal);
  const children: Child[] = neededProcesses(settings, internal.demo).map((name) =>
    createChild({
      ...{ name, file: path.join(root, `build/processes/${name}.js`), cwd: root, env },
      ...{ clock: systemClock, log: logOf(name) },
      show: (line) => progress.say(line),
      onChange: () => onChange(name),
      onFatal: (message) => end({ mistake: message }),
    }),
  );
  const child = (name: ProcessName) => children.find((each) => each.name === name);
  const supervisor = createSupervisor({ children, clock: systemClock });

  function onChange(name: ProcessName) {
    supervisor.tellAll();
    const status = child(name)?.status();
    if (ending || status === undefined) return;
    if (name === 'simulator' && child(name)?.isSettled() === true) progress.stop();
    else if (status.status === 'starting' || (name === 'simulator' && announced)) {
      progress.update(`${STAGES[name]}: ${status.detail}`);
    }
  }

  async function startAll() {
    if (settings.mqttUrl !== null) {
      progress.start('Trying the broker');
      const broker = await connectBroker({ url: settings.mqttUrl, ca: settings.mqttCa });
      if (!broker.ok) throw new CommandError(broker.reason, 2);
      await broker.client.endAsync();
    }
    await orphanedDatabaseEnds();
    await start('database');
    if (ending) return;
    progress.start('Preparing the database');
    const { applied } = await migrate(target, log);
    log.info({ applied }, 'migrated');
    await start('telemetry');
    await start('server');
  }

  /** After a kill of the supervisor the old database process needs a moment to close what it holds. */
  async function orphanedDatabaseEnds() {
    const until = systemClock.now() + ORPHANS_END_WITHIN_MS;
    while (!ending && holderOf(path.join(dataDir, 'database.lock')) !== null && systemClock.now() < until) {
      progress.update('Waiting for the database of a Sentia that was killed');
      await new Promise<void>((resolve) => systemClock.after(200, resolve));
    }
  }

  async function start(name: ProcessName) {
    const wanted = child(name);
    if (wanted === undefined || ending) return;
    progress.start(STAGES[name]);
    await wanted.start().catch((error: unknown) => {
      throw new CommandError(error instanceof Error ? error.message : String(error));
    });
  }

  function announce() {
    if (ending) return;
    announced = true;
    progress.stop();
    const summary = summarise({ ...settings, dataDir, demo: internal.demo });
    process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : describeSummary(summary));
    // Its first minute is worth watching, but the pages are there already.
    start('simulator').catch((error: unknown) =>
      progress.say(error instanceof Error ? error.message : String(error)),
    );
  }

  onStopSignals({ stop: () => end({ mistake: null }), kill: () => killAll() }, systemClock);
  function killAll(): never {
    supervisor.kill();
    process.exit(130);
  }

  const endWatch = watchDemoState(dataDir, systemClock, {
    quieten: async () => {
      progress.say('The demo is being removed.');
      await supervisor.remove('simulator');
      progress.stop();
      await child('telemetry')?.restart({ SENTIA_INTERNAL: JSON.stringify({ ...internal, demo: false }) });
    },
    forget: async () =>
      child('server')?.restart({ SENTIA_INTERNAL: JSON.stringify({ ...internal, demo: false }) }),
  });
  const endSources = options.watch
    ? watchSources({ root, clock: systemClock, progress, restart: async (name) => child(name)?.restart({}) })
    : () => undefined;
  const mqttPort = settings.mqttUrl === null ? settings.mqttPort : null;
  writeRunning(dataDir, {
    pid: process.pid,
    url: summarise({ ...settings, dataDir }).url,
    mqttPort,
    brokerPasswords: internal.brokerPasswords,
  });
  try {
    const started = startAll().then(announce);
    await Promise.race([over, started]);
    // A start that fails because we are stopping is no news.
    started.catch(() => undefined);
    const { mistake } = await over;
    if (mistake !== null) throw new CommandError(mistake, 2);
  } finally {
    endWatch();
    endSources();
    end({ mistake: null });
    progress.start('Stopping');
    await supervisor.stop();
    progress.done('Stopped');
    removeRunning(dataDir);
  }
}
