import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import { LeaseLost, type Lease, type Leases } from '../../contracts/leases.ts';
import { markAllGone, storePresence, type Presence } from './store-presence.ts';

// Tells the pages which machines are there and which are gone, by the one live path: a fact in the database with its
// change. It must never call a machine present that died meanwhile, and never write once another process leads.

export interface PresenceKeeper {
  /** A machine was born. The returned function says that its birth is stored: only then is it told. */
  born(machine: Named, signals: readonly string[]): () => void;
  gone(machine: Named, sinceMs: number): void;
  /** Every announced machine is gone until it is born again; resolves once that is stored. */
  allGone(sinceMs: number): Promise<void>;
  /** Resolves when nothing is being written. */
  stop(): Promise<void>;
}

/** A machine's path and the organisation of whoever speaks of it. */
export type Named = Pick<Presence, 'machine' | 'organisation'>;

interface Wanted extends Presence {
  /** The birth is not stored yet. */
  waits: boolean;
  tries: number;
}

const MOST_AT_ONCE = 50;
const RETRY_MS = 250;
/** Signals that are not there yet come with the spool's backlog; those that a limit refused never come. */
const MAX_TRIES = 240;
const SLOW_AFTER_TRIES = 20;
const SLOW_RETRY_MS = 5_000;

export function createPresenceKeeper(deps: {
  database: Database;
  leases: Leases;
  /** null while this process does not lead. */
  lease: () => Lease | null;
  clock: Clock;
  log: Logger;
  onPosition: (position: number) => void;
  onLeaseLost: () => void;
}): PresenceKeeper {
  const { database, leases, clock, log, onPosition } = deps;
  /** By machine; the latest that is to be told of it. */
  const wanted = new Map<string, Wanted>();
  let everythingGone: { sinceMs: number; done: () => void }[] = [];
  let running: Promise<void> | null = null;
  let cancelRetry = () => {};
  let kicked = false;
  let stopped = false;

  function kick(): void {
    kicked = true;
    if (running !== null || stopped) return;
    cancelRetry();
    kicked = false;
    running = work().then((retryMs) => {
      running = null;
      if (kicked) kick();
      else if (retryMs !== null && !stopped) cancelRetry = clock.after(retryMs, kick);
    });
  }

  /** @returns after how long to try again; null when all is told. */
  async function work(): Promise<number | null> {
    for (;;) {
      const lease = deps.lease();
      if (lease === null) return giveUp();
      try {
        const sweep = everythingGone;
        if (sweep.length > 0) {
          await sweepAll(lease, Math.max(...sweep.map(({ sinceMs }) => sinceMs)));
          everythingGone = everythingGone.filter((one) => !sweep.includes(one));
          for (const { done } of sweep) done();
        }
        const due = [...wanted]
          .filter(([, { waits, tries }]) => !waits && tries === 0)
          .slice(0, MOST_AT_ONCE);
        const again = [...wanted]
          .filter(([, { waits, tries }]) => !waits && tries > 0)
          .slice(0, MOST_AT_ONCE);
        const batch = due.length > 0 ? due : again;
        if (batch.length > 0) await tell(lease, batch);
        if (due.length === 0 && everythingGone.length === 0)
          return again.length === 0 ? null : pauseOf(wanted);
      } catch (error) {
        if (error instanceof LeaseLost) {
          deps.onLeaseLost();
          return giveUp();
        }
        log.warn({ err: error }, 'who is there could not be told; it is tried again');
        return RETRY_MS;
      }
    }
  }

  /** Another process tells it now. */
  function giveUp(): null {
    wanted.clear();
    for (const { done } of everythingGone) done();
    everythingGone = [];
    return null;
  }

  async function sweepAll(lease: Lease, sinceMs: number): Promise<void> {
    for (;;) {
      const { marked, position } = await database.transaction({ role: 'sentia_writer' }, async (sql) => {
        await leases.checkEpoch(sql, lease);
        return markAllGone(sql, sinceMs);
      });
      if (position !== null) onPosition(position);
      if (marked === 0) return;
    }
  }

  async function tell(lease: Lease, batch: readonly [string, Wanted][]): Promise<void> {
    const { incomplete, position } = await database.transaction({ role: 'sentia_writer' }, async (sql) => {
      await leases.checkEpoch(sql, lease);
      return storePresence(
        sql,
        batch.map(([, presence]) => presence),
      );
    });
    if (position !== null) onPosition(position);
    for (const [key, told] of batch) {
      // What was told meanwhile replaced it and is still to come.
      if (wanted.get(key) !== told) continue;
      told.tries++;
      if (!incomplete.has(told.machine) || told.tries >= MAX_TRIES) wanted.delete(key);
    }
  }

  return {
    born: (named, signals) => {
      const one: Wanted = { ...named, signals, goneSinceMs: null, waits: true, tries: 0 };
      wanted.set(keyOf(named), one);
      return () => {
        one.waits = false;
        kick();
      };
    },
    gone: (named, sinceMs) => {
      const signals = wanted.get(keyOf(named))?.signals ?? null;
      wanted.set(keyOf(named), { ...named, signals, goneSinceMs: sinceMs, waits: false, tries: 0 });
      kick();
    },
    allGone: (sinceMs) => {
      wanted.clear();
      return new Promise((done) => {
        everythingGone.push({ sinceMs, done });
        kick();
      });
    },
    stop: async () => {
      stopped = true;
      cancelRetry();
      await running;
    },
  };
}

function keyOf({ organisation, machine }: Named): string {
  return `${organisation ?? ''} ${machine}`;
}

function pauseOf(wanted: ReadonlyMap<string, Wanted>): number {
  const fewest = Math.min(...[...wanted.values()].map(({ tries }) => tries));
  return fewest < SLOW_AFTER_TRIES ? RETRY_MS : SLOW_RETRY_MS;
}
