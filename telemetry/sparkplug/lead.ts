import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Lease, Leases } from '../../contracts/leases.ts';
import { repeat } from '../repeat.ts';

export interface Leader {
  lease(): Lease | null;
  /** Found out elsewhere that another process leads. */
  lost(): void;
  /** Resolves once the first try is over, whoever leads. */
  start(): Promise<void>;
  /** Gives the lease back. */
  stop(): Promise<void>;
}

/** Pages must show STALE within 3 s of the holder's death: until then a standby has taken over. */
const TTL_MS = 2_000;
const EVERY_MS = 400;

/**
 * Holds a lease or waits for it: of all processes that want one, one leads. It must never lead on after another began;
 * what it cannot know in time is checked by the epoch in every write.
 */
export function createLeader(deps: {
  name: string;
  leases: Leases;
  clock: Clock;
  log: Logger;
  /** Leads from now on; the next renewal waits for it. */
  onGained: () => Promise<void>;
  onLost: () => void;
}): Leader {
  const { name, leases, clock, log } = deps;
  let held: Lease | null = null;
  let troubled = false;
  let stopRepeat = async () => {};

  function lose(): void {
    if (held === null) return;
    held = null;
    log.warn({ lease: name }, 'another process leads now');
    deps.onLost();
  }

  async function look(): Promise<void> {
    try {
      if (held !== null) {
        const { epoch } = held;
        if (!(await leases.renew(held, TTL_MS)) && held?.epoch === epoch) lose();
      } else {
        held = await leases.acquire(name, TTL_MS);
        if (held !== null) {
          log.info({ lease: name, epoch: held.epoch }, 'this process leads');
          await deps.onGained();
        }
      }
      troubled = false;
    } catch (error) {
      // The database is away for all that want the lease: whoever has it keeps it.
      if (!troubled) log.warn({ err: error, lease: name }, 'the lease could not be looked after');
      troubled = true;
    }
  }

  return {
    lease: () => held,
    lost: lose,
    start: async () => {
      await look();
      stopRepeat = repeat({ clock, log }, `lease ${name}`, EVERY_MS, look);
    },
    stop: async () => {
      await stopRepeat();
      const lease = held;
      held = null;
      if (lease === null) return;
      await leases.release(lease).catch((error: unknown) => {
        log.warn({ err: error, lease: name }, 'the lease was not given back; it expires');
      });
    },
  };
}
