import type { Clock } from '../../contracts/clock.ts';
import type { Ask } from './ask-database.ts';
import type { PartState } from './beat.ts';
import { readLedgerPage, type LedgerPage, type LedgerRow } from './read-ledger-page.ts';

/** What the reader serves: it is told every position once, in order. */
export interface LedgerConsumer {
  /** Begins anew from the database; reading goes on after `begin`. */
  load(): Promise<{ begin: number; head: number }>;
  /** Called after each reading, with no rows too. While catching up, all up to the loaded head is in the picture already. */
  apply(
    rows: readonly LedgerRow[],
    page: { nowMs: number; catchingUp: boolean },
  ): Promise<'applied' | 'reload'>;
  /** Nothing is known of the positions up to here. */
  skipped(position: number): void;
  /** All up to the head that `load` noted is read. */
  caughtUp(): void;
}

export interface LedgerReader {
  start(): void;
  stop(): Promise<void>;
  /** The bell: this position is said to be committed. */
  wake(position: number): void;
  /** Reads until a position that another server has shown; `beyond` when the database does not reach so far. */
  reach(position: number, limitMs: number): Promise<Reached>;
  /** Whether the picture follows the ledger now. */
  state(): PartState;
}
export type Reached = 'reached' | 'beyond' | 'unknown';

/** Without a bell the ledger is read this often. */
const POLL_MS = 250;
/** Bells closer than this are answered by one reading: frames leave every 50 ms at most. */
const LEAST_PAUSE_MS = 20;
/** After a failure. A bell does not shorten it: a database that comes back is not to be hammered. */
const RETRY_MS = 250;
/** A position missing below the head is read again before it is taken for folded or removed. */
const GAP_READS = 3;
const LEAST_BETWEEN_LOADS_MS = 5000;

/**
 * Reads the ledger in order, woken by the bell or every 250 ms, and hands each position to the consumer once. It must
 * never skip a position: one that is missing for good makes it begin anew from the database.
 */
export function createLedgerReader(deps: {
  ask: Ask;
  clock: Clock;
  consumer: LedgerConsumer;
  onProblem: (what: string, error: unknown) => void;
  onStateChange: () => void;
}): LedgerReader {
  const { ask, clock, consumer, onProblem } = deps;
  const waiters = new Set<Waiter>();
  /** null: to be loaded. */
  let after: number | null = null;
  /** Null once the head that was noted at the last load is passed. */
  let loadedHead: number | null = null;
  let loadedAtMs = -Infinity;
  let gaps = 0;
  let bell = 0;
  let trouble: string | null = 'The picture is being loaded';
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let pausing: { end: () => void; wakeable: boolean } | null = null;

  async function run(): Promise<void> {
    while (!stopped) {
      const begunMs = clock.now();
      try {
        if (await step()) continue;
        if (!wanted()) await pause(POLL_MS, true);
        await pause(LEAST_PAUSE_MS - (clock.now() - begunMs), false);
      } catch (error) {
        tell('The ledger cannot be read');
        onProblem('the ledger cannot be read', error);
        await pause(RETRY_MS, false);
      }
    }
    for (const waiter of [...waiters]) waiter.settle('unknown');
  }

  /** @returns whether there is more to read at once. */
  async function step(): Promise<boolean> {
    if (after === null) await load();
    for (const waiter of waiters) waiter.pageBegun = true;
    const heard = bell;
    const from = after ?? 0;
    const page = await ask((sql) => readLedgerPage(sql, from));
    // A bell rung before the reading that tells more than the database has was forged, or is of another world.
    if (bell === heard && page.head < heard) bell = page.head;
    if (page.head < from) return beginAnew('The database was replaced or restored');
    const rows = contiguous(page.rows, from);
    if (rows.length === 0 && page.head > from) return passGap(page, from);
    gaps = 0;
    const outcome = await consumer.apply(rows, { nowMs: page.nowMs, catchingUp: loadedHead !== null });
    if (outcome === 'reload') return beginAnew('A batch can be read no more');
    after = rows.at(-1)?.position ?? from;
    return settle(after, page.head);
  }

  async function load(): Promise<void> {
    const loaded = await consumer.load();
    loadedAtMs = clock.now();
    after = loaded.begin;
    loadedHead = loaded.head;
    gaps = 0;
  }

  /** The position after `from` is not there though the head is beyond it. */
  async function passGap(page: LedgerPage, from: number): Promise<boolean> {
    if (loadedHead !== null && from < loadedHead) {
      // What was folded or removed before the load matters to nobody but to clients that return from before it.
      after = Math.min((page.rows[0]?.position ?? Infinity) - 1, loadedHead);
      consumer.skipped(after);
      return settle(after, page.head);
    }
    gaps += 1;
    if (gaps > GAP_READS) return beginAnew('Positions are missing in the ledger');
    await pause(RETRY_MS, false);
    return true;
  }

  function settle(reached: number, head: number): boolean {
    if (loadedHead !== null && reached >= loadedHead) {
      loadedHead = null;
      consumer.caughtUp();
    }
    if (loadedHead === null) tell(null);
    for (const waiter of [...waiters]) {
      if (reached >= waiter.position) waiter.settle('reached');
      else if (waiter.pageBegun && head < waiter.position) waiter.settle('beyond');
    }
    return head > reached;
  }

  async function beginAnew(why: string): Promise<boolean> {
    tell(`${why}: the picture is loaded anew`);
    onProblem(why, null);
    after = null;
    await pause(loadedAtMs + LEAST_BETWEEN_LOADS_MS - clock.now(), false);
    return true;
  }

  function tell(next: string | null): void {
    if (trouble === next) return;
    trouble = next;
    deps.onStateChange();
  }

  function wanted(): boolean {
    return bell > (after ?? 0) || [...waiters].some((waiter) => !waiter.pageBegun);
  }

  function pause(ms: number, wakeable: boolean): Promise<void> {
    if (ms <= 0 || stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        pausing = null;
        resolve();
      };
      const cancel = clock.after(ms, end);
      pausing = { end, wakeable };
    });
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      stopped = true;
      pausing?.end();
      await running;
    },
    wake(position) {
      bell = Math.max(bell, position);
      if (pausing?.wakeable === true && wanted()) pausing.end();
    },
    reach(position, limitMs) {
      return new Promise((resolve) => {
        const cancel = clock.after(limitMs, () => waiter.settle('unknown'));
        const waiter: Waiter = {
          position,
          pageBegun: false,
          settle: (outcome) => {
            cancel();
            waiters.delete(waiter);
            resolve(outcome);
          },
        };
        waiters.add(waiter);
        if (pausing?.wakeable === true) pausing.end();
      });
    },
    state: () => ({ ok: trouble === null, detail: trouble }),
  };
}

interface Waiter {
  position: number;
  /** Only a reading that began after the question can answer "beyond". */
  pageBegun: boolean;
  settle(outcome: Reached): void;
}

/** The rows that follow each other without a gap. */
function contiguous(rows: readonly LedgerRow[], after: number): LedgerRow[] {
  const gapAt = rows.findIndex((row, i) => row.position !== after + i + 1);
  return gapAt === -1 ? [...rows] : rows.slice(0, gapAt);
}
