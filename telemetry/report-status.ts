import { WRITER_TOPIC } from '../contracts/bell.ts';
import type { DeadLetterTotals } from '../contracts/api/dead-letters.ts';
import type { Clock } from '../contracts/clock.ts';
import type { JobStatus, WriterStatus } from '../contracts/feed.ts';
import type { Pipeline } from './create-pipeline.ts';
import type { Feed } from './feeds/feed.ts';
import type { Spool } from './spool/spool.ts';
import { INGEST_LIMITS } from './ingest.ts';
import type { Sparkplug } from './sparkplug/sparkplug.ts';
import { createRate } from './rate.ts';

/** Tells once a second how this writer is, beside the bell. `tick` is called by the composition root. */
export function createStatusReport(deps: {
  pipeline: Pipeline;
  feed: Feed;
  /** null where no topics of it are taken. */
  sparkplug: Pick<Sparkplug, 'status'> | null;
  spool: Spool;
  clock: Clock;
  writer: string;
  /** Counted now and then, since it asks the database. */
  strays: () => number;
  jobs: () => JobStatus[];
  /** The same as strays; null until counted. */
  deadLetters?: () => DeadLetterTotals | null;
}): { tick(): void } {
  const { pipeline, feed, sparkplug, spool, clock, writer, strays, jobs, deadLetters = () => null } = deps;
  const { ingest, registry, health } = pipeline;
  const startedAt = clock.now();
  const rate = createRate(10);
  return {
    tick: () => {
      const accounting = ingest.accounting();
      const flushedBy = ingest.flushedBy();
      const { readings, bytes, maxBytes, oldestAtMs, damaged, problem } = spool.status();
      const status: WriterStatus = {
        writer,
        at: clock.now(),
        startedAt,
        feeds: [feed.status(), ...(sparkplug?.status() ?? [])],
        accounting,
        readingsPerS: rate.tick(accounting.received),
        batches: {
          count: health.batches,
          byCount: flushedBy.count,
          byBytes: flushedBy.bytes,
          byAge: flushedBy.age,
          bySilence: flushedBy.silence,
          lastReadings: health.lastReadings,
          lastCommitMs: health.lastCommitMs,
        },
        buffered: ingest.buffered(),
        maxBuffered: INGEST_LIMITS.maxBufferedReadings,
        spool: { readings, bytes, maxBytes, oldestAt: oldestAtMs, damaged, problem },
        databaseError: health.databaseError,
        strays: strays(),
        creationsRefused: registry.creationsRefused,
        jobs: jobs(),
        ...withLetters(deadLetters()),
      };
      feed.publish(WRITER_TOPIC, JSON.stringify(status));
    },
  };
}

function withLetters(totals: DeadLetterTotals | null): Pick<WriterStatus, 'deadLetters'> {
  return totals === null ? {} : { deadLetters: totals };
}
