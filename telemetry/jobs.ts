import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.ts';
import type { JobStatus } from '../contracts/feed.ts';
import { repeat } from './repeat.ts';

export interface Jobs {
  /** Repeats `work` and keeps how it went. @returns stops it and resolves when it does not run any more. */
  add(name: string, everyMs: number, work: () => Promise<void>): () => Promise<void>;
  status(): JobStatus[];
}

/** Repeated work whose failures are seen: each job's last success, and since when it fails and why. */
export function createJobs(deps: { clock: Clock; log: Logger }): Jobs {
  const { clock } = deps;
  const jobs: JobStatus[] = [];
  return {
    add: (name, everyMs, work) => {
      const job: JobStatus = { name, everyMs, lastOkAt: null, failure: null };
      jobs.push(job);
      return repeat(deps, name, everyMs, async () => {
        try {
          await work();
          job.failure = null;
          job.lastOkAt = clock.now();
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          job.failure = { since: job.failure?.since ?? clock.now(), message };
          throw error;
        }
      });
    },
    status: () => jobs.map((job) => ({ ...job })),
  };
}
