// Runs the simulated plant against a broker: what it says now, and what of its past Sentia does not have yet. It must
// never say anything that `plant/` does not, so that the ground truth stays true.
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import { createBackfill } from './backfill/backfill.ts';
import { choosePasses } from './backfill/choose-passes.ts';
import { newestReading, type Newest } from './backfill/newest-reading.ts';
import { gapPasses } from './backfill/plan-passes.ts';
import { createProgressFile } from './backfill/progress-file.ts';
import { progressLine } from './backfill/progress-line.ts';
import { createPublisher, type MqttPort } from './broker/publisher.ts';
import type { SiteSpec } from './layout/plant-spec.ts';
import { createLiveFeed, ORDERS_AHEAD_S } from './live/live-feed.ts';
import { startTicker } from './live/ticker.ts';
import { orderMessage } from './messages/machine-message.ts';
import { createPlant, type Plant } from './plant/plant.ts';
import type { Span } from './plant/spans.ts';
import { createTruthLog } from './truth/truth-log.ts';

export interface Simulator {
  /** To be called when the broker is connected. @returns what it does, when the plant is live; its past is told meanwhile and after. */
  start(): Promise<string>;
  /** Publishes what is held back, waits a moment for acknowledgements and remembers what is told. */
  stop(): Promise<void>;
}

/** Half a minute of the whole plant: then the broker is held to be away. */
const MAX_LIVE_IN_FLIGHT = 600;
const MAX_PAST_IN_FLIGHT = 32;
/** The server is up before the simulator is started; longer than this it is not waited for. */
const ASK_FOR_MS = 15_000;
const DRAIN_MS = 700;
const HOUR_S = 3600;
const LOG_EVERY_MS = 30_000;

export function createSimulator(options: {
  seed: string;
  sites: readonly SiteSpec[];
  dataDir: string;
  /** Two connections: a broker may read no further on one before it has acknowledged, and what is live must not wait. */
  mqtt: { live: MqttPort; past: MqttPort };
  /** Of Sentia's HTTP API, without a slash at the end; null when nobody knows it. */
  apiUrl: string | null;
  clock: Clock;
  fetch: typeof globalThis.fetch;
  log: Logger;
  onStatus: (line: string) => void;
  onError: (error: unknown) => void;
}): Simulator {
  const { seed, sites, dataDir, mqtt, apiUrl, clock, log, onStatus } = options;
  const plant = createPlant(seed, sites);
  const livePublisher = createPublisher(mqtt.live, MAX_LIVE_IN_FLIGHT);
  const pastPublisher = createPublisher(mqtt.past, MAX_PAST_IN_FLIGHT);
  const progress = createProgressFile(join(dataDir, 'simulator', 'progress.json'), seed, options.onError);
  const truth = createTruthLog(plant, join(dataDir, 'simulator', 'truth'));
  const publishing = `publishing ${countSignals(plant)} signals of ${plant.lines.flatMap((line) => line.machines).length} machines`;
  const undo: (() => void)[] = [];
  let stopping = false;
  let loggedAt = 0;
  // Whatever is under way when the client ends is told again at the next start.
  const onError = (error: unknown) => {
    if (!stopping) options.onError(error);
  };

  async function start(): Promise<string> {
    const left = await progress.load();
    const newest = new Map<string, Newest>();
    const untilMs = clock.now() + ASK_FOR_MS;
    for (const { site } of sites) newest.set(site, await askNewest(site, untilMs));
    const nowS = Math.floor(clock.now() / 1000);
    const passes = sites.flatMap(({ site }) =>
      choosePasses(site, newest.get(site) ?? { kind: 'unknown', detail: '' }, left, nowS),
    );
    log.info({ newest: Object.fromEntries(newest), passes }, 'simulated plant starts');

    const backfill = createBackfill({
      plant,
      publisher: pastPublisher,
      clock,
      passes,
      onProgress: report,
      onError,
    });
    const live = createLiveFeed({ plant, publisher: livePublisher, onMissed: fillGap, onError });
    undo.push(
      () => backfill.stop(),
      () => live.flush(),
    );
    // Before the first live reading: after it nobody could tell that the time before is missing.
    progress.save(passes);
    await progress.written();
    publishOrders(nowS);
    undo.unshift(startTicker({ clock, fromS: nowS, onSecond, onSkipped: fillGap }));
    backfill.run().catch(onError);
    report();
    const oldestS = Math.min(nowS, ...passes.map((pass) => pass.fromS));
    truth.write(oldestS, nowS + HOUR_S).catch(onError);
    return publishing;

    function report(): void {
      const all = backfill.passes();
      progress.save(all.filter((pass) => pass.remainingToS > pass.fromS));
      const line = progressLine(all, (site, atS) => dateOf(plant, site, atS));
      onStatus(line === null ? publishing : `${publishing}, ${line}`);
      if (line !== null && clock.now() - loggedAt < LOG_EVERY_MS) return;
      loggedAt = clock.now();
      log.info(line ?? 'the simulated past is told');
    }

    function fillGap({ fromS, toS }: Span): void {
      log.warn({ fromS, toS }, 'the simulated plant could not be heard; filling the gap');
      backfill.add(sites.flatMap(({ site }) => gapPasses(site, fromS, toS)));
      publishOrders(toS);
    }

    function onSecond(atS: number): void {
      live.tick(atS);
      // The next day's truth is there before the day begins.
      if (atS % HOUR_S === 0) truth.write(atS, atS + HOUR_S).catch(onError);
    }
  }

  /** What is made now and what is known to come; an order that is already known changes nothing. */
  function publishOrders(nowS: number): void {
    if (!livePublisher.ready()) return;
    for (const line of plant.lines) {
      for (const order of [line.orderAt(nowS), ...line.ordersBeginning(nowS + 1, nowS + ORDERS_AHEAD_S)]) {
        livePublisher.publish(orderMessage(line, order)).catch(onError);
      }
    }
  }

  async function askNewest(site: string, untilMs: number): Promise<Newest> {
    if (apiUrl === null) return { kind: 'unknown', detail: 'the address of the API is not known' };
    return newestReading(site, { apiUrl, clock, untilMs, fetch: options.fetch });
  }

  return {
    start,
    stop: async () => {
      for (const each of undo) each();
      stopping = true;
      const untilMs = clock.now() + DRAIN_MS;
      while (livePublisher.inFlight() + pastPublisher.inFlight() > 0 && clock.now() < untilMs) {
        await new Promise<void>((resolve) => clock.after(20, resolve));
      }
      await progress.written();
    },
  };
}

function countSignals(plant: Plant): number {
  return plant.lines.flatMap((line) => line.machines.flatMap((machine) => machine.signals)).length;
}

function dateOf(plant: Plant, site: string, atS: number): string {
  return plant.lines.find((line) => line.site === site)?.dayAt(atS).date ?? '';
}
