import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { DeadLetterTotals } from '../../contracts/api/dead-letters.ts';
import type { Accounting } from '../../contracts/accounting.ts';
import type { WriterStatus } from '../../contracts/feed.ts';

/** What `/metrics` asks at the moment it is read. */
export interface MetricFacts {
  writers: readonly { status: WriterStatus; heardAtMs: number }[];
  live: boolean;
  position: number;
  clients: number;
  frames: number;
  resumed: number;
  resynced: number;
  cutClients: number;
  malformedBells: number;
}

export interface ServerMetrics {
  text(): Promise<string>;
  contentType: string;
  observeRequest(method: string, status: number, durationS: number): void;
}

const ACCOUNTS: readonly (keyof Accounting)[] = [
  'received',
  'stored',
  'duplicate',
  'conflict',
  'deadLettered',
  'shed',
  'inFlight',
];
const TRIGGERS = { count: 'byCount', bytes: 'byBytes', age: 'byAge', silence: 'bySilence' } as const;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Prometheus text. What writers tell is shown as they told it, per writer, so that guarantee 3 can be checked at every
 * moment: received = stored + duplicate + conflict + deadLettered + shed + inFlight.
 */
export function createMetrics(facts: () => MetricFacts): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();

  const byWriter = (name: string, help: string, value: (status: WriterStatus) => number) => {
    new Gauge({
      name,
      help,
      labelNames: ['writer'],
      registers,
      collect() {
        this.reset();
        for (const { status } of facts().writers) this.set({ writer: status.writer }, value(status));
      },
    });
  };
  const own = (name: string, help: string, value: (now: MetricFacts) => number) => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(facts()));
      },
    });
  };

  new Gauge({
    name: 'sentia_readings',
    help: 'Readings by what became of them, since the writer started.',
    labelNames: ['writer', 'account'],
    registers,
    collect() {
      this.reset();
      for (const { status } of facts().writers) {
        for (const account of ACCOUNTS)
          this.set({ writer: status.writer, account: snake(account) }, status.accounting[account]);
      }
    },
  });
  new Gauge({
    name: 'sentia_batches',
    help: 'Batches committed since the writer started, by what flushed them.',
    labelNames: ['writer', 'trigger'],
    registers,
    collect() {
      this.reset();
      for (const { status } of facts().writers) {
        for (const [trigger, field] of Object.entries(TRIGGERS)) {
          this.set({ writer: status.writer, trigger }, status.batches[field]);
        }
      }
    },
  });
  new Gauge({
    name: 'sentia_feed_connected',
    help: '1 while the feed is connected.',
    labelNames: ['writer', 'feed', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { status } of facts().writers) {
        for (const feed of status.feeds) {
          this.set({ writer: status.writer, feed: feed.name, kind: feed.kind }, Number(feed.connected));
        }
      }
    },
  });
  byWriter(
    'sentia_messages',
    'Messages received since the writer started.',
    (status) => status.accounting.messages,
  );
  byWriter(
    'sentia_readings_per_second',
    'Readings a second over the last 10 s.',
    (status) => status.readingsPerS,
  );
  byWriter('sentia_buffered_readings', 'Readings that wait in memory.', (status) => status.buffered);
  byWriter(
    'sentia_buffered_readings_max',
    'The bound of readings that wait.',
    (status) => status.maxBuffered,
  );
  byWriter(
    'sentia_spooled_readings',
    'Readings that wait on disk for the database; part of what is in flight.',
    (status) => status.spool.readings,
  );
  byWriter('sentia_spooled_bytes', 'What the spool holds.', (status) => status.spool.bytes);
  byWriter('sentia_spooled_bytes_max', 'What the spool may hold.', (status) => status.spool.maxBytes);
  byWriter(
    'sentia_spool_damaged',
    'Records of the spool that could not be read back.',
    (status) => status.spool.damaged,
  );
  byWriter(
    'sentia_last_commit_seconds',
    'What the last transaction took.',
    (status) => status.batches.lastCommitMs / 1000,
  );
  byWriter('sentia_stray_rows', 'Rows without a chunk; should be 0.', (status) => status.strays);
  byWriter(
    'sentia_creations_refused',
    'Unknown machines and signals refused by the hourly bound.',
    (status) => status.creationsRefused,
  );
  const letters = (name: string, help: string, value: (totals: DeadLetterTotals) => number) =>
    own(name, help, ({ writers }) =>
      writers.reduce(
        (most, { status }) => Math.max(most, status.deadLetters ? value(status.deadLetters) : 0),
        0,
      ),
    );
  letters('sentia_dead_letters', 'Dead letters that are kept.', (totals) => totals.letters);
  letters('sentia_dead_letter_bytes', 'Bytes of payload that they hold.', (totals) => totals.bytes);
  letters(
    'sentia_dead_letters_overflowed',
    'Older dead letters that went for lack of room, ever.',
    (totals) => totals.overflowed,
  );
  letters(
    'sentia_dead_letters_expired',
    'Dead letters that went for their age, ever.',
    (totals) => totals.expired,
  );
  own('sentia_live', '1 while values may be called live.', (now) => Number(now.live));
  own('sentia_ledger_position', 'The position up to which this server shows.', (now) => now.position);
  own('sentia_live_clients', 'Clients that watch a site.', (now) => now.clients);
  own(
    'sentia_live_frames',
    'Frames sent since start, each counted once however many receive it.',
    (now) => now.frames,
  );
  own('sentia_live_resumed', 'Clients continued where they left since start.', (now) => now.resumed);
  own(
    'sentia_live_resynced',
    'Clients that came back too late or from elsewhere since start.',
    (now) => now.resynced,
  );
  own(
    'sentia_live_clients_cut',
    'Clients cut because they did not read since start.',
    (now) => now.cutClients,
  );
  own(
    'sentia_bells_malformed',
    'Messages on our topics that were none of ours since start.',
    (now) => now.malformedBells,
  );
  own('sentia_event_loop_lag_seconds', 'The 99th percentile since the last reading of this page.', () => {
    const seconds = delay.percentile(99) / 1e9;
    delay.reset();
    return seconds;
  });
  own('sentia_resident_bytes', 'Memory of this server.', () => process.memoryUsage.rss());
  const requests = new Counter({
    name: 'sentia_http_requests_total',
    help: 'Requests answered, streams left out.',
    labelNames: ['method', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'sentia_http_request_duration_seconds',
    help: 'How long answers took, streams left out.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });

  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    observeRequest(method, status, durationS) {
      requests.inc({ method: METHODS.has(method) ? method : 'other', status: String(status) });
      durations.observe(durationS);
    },
  };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
