import type { Sized } from './batcher.ts';

export interface Admission {
  /** Takes room for a thing at once, or answers false. One thing larger than the bound is let in when nothing else is. */
  tryEnter(thing: Sized): boolean;
  /** Resolves true once there is room, in order of asking; false when `abandoned` says so at its turn. */
  enter(thing: Sized, abandoned: () => boolean): Promise<boolean>;
  leave(thing: Sized): void;
  /** Null while fewer than `count` are in and nobody waits; else resolves once that is so. */
  whenBelow(count: number): Promise<void> | null;
  readonly count: number;
  readonly bytes: number;
}

interface Waiter {
  thing: Sized;
  abandoned: () => boolean;
  resolve: (entered: boolean) => void;
}

/** How often those who gave up are swept out, so that reconnects during an outage do not pile up. */
const SWEEP_EVERY = 1_000;

/** The bound on what waits in memory between a feed and the database, in readings and in bytes. */
export function createAdmission(limits: { maxCount: number; maxBytes: number }): Admission {
  let count = 0;
  let bytes = 0;
  let queue: Waiter[] = [];
  let paused: { limit: number; resolve: () => void }[] = [];

  const hasRoom = (thing: Sized) =>
    count === 0 || (count + thing.count <= limits.maxCount && bytes + thing.bytes <= limits.maxBytes);
  const take = (thing: Sized) => {
    count += thing.count;
    bytes += thing.bytes;
  };

  const isBelow = (limit: number) => queue.length === 0 && count < limit;

  function resume(): void {
    paused = paused.filter(({ limit, resolve }) => {
      if (isBelow(limit)) resolve();
      return !isBelow(limit);
    });
  }

  function sweep(): void {
    queue = queue.filter((waiter) => {
      const gone = waiter.abandoned();
      if (gone) waiter.resolve(false);
      return !gone;
    });
  }

  return {
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
    tryEnter: (thing) => {
      if (queue.length > 0 || !hasRoom(thing)) return false;
      take(thing);
      return true;
    },
    enter: (thing, abandoned) =>
      new Promise((resolve) => {
        queue.push({ thing, abandoned, resolve });
        if (queue.length % SWEEP_EVERY === 0) sweep();
      }),
    whenBelow: (limit) => {
      if (isBelow(limit)) return null;
      return new Promise((resolve) => {
        paused.push({ limit, resolve });
      });
    },
    leave: (thing) => {
      count -= thing.count;
      bytes -= thing.bytes;
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        const entered = !next.abandoned();
        if (entered && !hasRoom(next.thing)) break;
        queue.shift();
        if (entered) take(next.thing);
        next.resolve(entered);
      }
      if (paused.length > 0) resume();
    },
  };
}
