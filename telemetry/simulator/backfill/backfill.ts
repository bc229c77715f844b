import type { Clock } from '../../../contracts/clock.ts';
import type { Publisher } from '../broker/publisher.ts';
import type { Plant } from '../plant/plant.ts';
import type { Pass } from './pass.ts';
import { nextPass, nextSlice } from './plan-passes.ts';
import { sliceMessages } from './slice-messages.ts';

export interface Backfill {
  /** What is told of each pass; those told whole are among them until all are. */
  passes(): readonly Pass[];
  add(passes: readonly Pass[]): void;
  /** Ends the loop after the message under way; `run` then resolves. */
  stop(): void;
  /** Works until it is stopped, waiting for passes when there are none. */
  run(): Promise<void>;
}

/** In the background the plant's past must not crowd out what is live. */
const SLOW_READINGS_PER_S = 4000;

/**
 * Tells the past as the passes say, newest first, just as live data is told. It must never count a
 * stretch as told before every message of it, and of the stretches before it, is acknowledged.
 */
export function createBackfill(options: {
  plant: Plant;
  publisher: Publisher;
  clock: Clock;
  passes: readonly Pass[];
  /** A stretch is acknowledged: `passes` says what is left. */
  onProgress: () => void;
  /** A message was not taken: nothing after it counts as told. */
  onError: (error: unknown) => void;
}): Backfill {
  const { plant, publisher, clock, onProgress, onError } = options;
  /** What is acknowledged, and how far each pass has been handed to the publisher. */
  let entries = options.passes.map((pass) => ({ told: { ...pass }, sent: { ...pass } }));
  let stopped = false;
  let wake: (() => void) | null = null;
  let acknowledged: Promise<void> = Promise.resolve();
  const toldPasses = () => entries.map(({ told }) => told);

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  async function tell(entry: (typeof entries)[number]): Promise<void> {
    const slice = nextSlice(entry.sent);
    const acks: Promise<void>[] = [];
    for (const message of sliceMessages(plant, entry.sent, slice)) {
      await publisher.room();
      if (stopped) return;
      const ack = publisher.publish(message);
      ack.catch(onError);
      acks.push(ack);
      if (entry.sent.pace === 'slow') await pause((message.readings / SLOW_READINGS_PER_S) * 1000);
      // Live seconds come due meanwhile.
      else await new Promise((resolve) => setImmediate(resolve));
    }
    entry.sent.remainingToS = slice.fromS;
    acknowledged = Promise.all([acknowledged, ...acks]).then(() => {
      entry.told.remainingToS = slice.fromS;
      if (entries.every(({ told }) => told.remainingToS <= told.fromS)) entries = [];
      onProgress();
    });
    // Told by the message itself; what follows a failure never counts.
    acknowledged.catch(() => undefined);
  }

  return {
    passes: toldPasses,
    add: (passes) => {
      entries.push(...passes.map((pass) => ({ told: { ...pass }, sent: { ...pass } })));
      wake?.();
    },
    stop: () => {
      stopped = true;
      wake?.();
    },
    run: async () => {
      while (!stopped) {
        const pass = nextPass(entries.map(({ sent }) => sent));
        const entry = entries.find(({ sent }) => sent === pass);
        if (entry !== undefined) await tell(entry);
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
