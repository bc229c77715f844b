import type { WriterStatus } from '../../contracts/feed.ts';

/** What a writer that works tells about itself, for tests that change one thing of it. */
export function writerStatus(changed: Partial<WriterStatus>): WriterStatus {
  return {
    writer: 'writer-1',
    at: Date.UTC(2026, 10, 20, 12),
    startedAt: Date.UTC(2026, 10, 20, 11),
    feeds: [
      {
        name: 'embedded',
        kind: 'embedded',
        address: 'mqtt://127.0.0.1:1883',
        connected: true,
        detail: null,
        since: Date.UTC(2026, 10, 20, 11),
        lastMessageAt: null,
        clients: 1,
      },
    ],
    accounting: {
      messages: 10,
      received: 20,
      stored: 14,
      duplicate: 1,
      conflict: 1,
      deadLettered: 2,
      shed: 0,
      inFlight: 2,
    },
    readingsPerS: 20,
    batches: { count: 4, byCount: 1, byBytes: 0, byAge: 1, bySilence: 2, lastReadings: 5, lastCommitMs: 2 },
    buffered: 2,
    maxBuffered: 20_000,
    spool: {
      ...{ readings: 0, bytes: 0, maxBytes: 1024 * 1024 * 1024 },
      ...{ oldestAt: null, damaged: 0, problem: null },
    },
    databaseError: null,
    strays: 0,
    creationsRefused: 0,
    jobs: [],
    ...changed,
  };
}
