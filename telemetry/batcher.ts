import type { Clock } from '../contracts/clock.ts';

// Gathers what arrives into batches and hands them on one at a time, while more gathers. It must never drop, reorder
// or hold back anything for longer than `maxAgeMs` unless a batch is being written.

export const TRIGGERS = ['count', 'bytes', 'age', 'silence'] as const;
/** Which condition made a batch due. */
export type Trigger = (typeof TRIGGERS)[number];

export interface BatchLimits {
  /** Readings in one batch. */
  maxCount: number;
  /** Payload bytes in one batch. */
  maxBytes: number;
  maxAgeMs: number;
  /** Nothing came for so long: whoever publishes probably waits for us. */
  silenceMs: number;
}

/** What a batcher needs to know of a thing: a thing is never split, so its count should not exceed `maxCount`. */
export interface Sized {
  readonly count: number;
  readonly bytes: number;
}

export interface Batcher<Thing extends Sized> {
  add(thing: Thing): void;
  /** Writes all that waits without waiting for more; resolves when nothing waits and nothing is being written. */
  drain(): Promise<void>;
  /** How many batches each condition has made due since the start. */
  readonly flushedBy: Readonly<Record<Trigger, number>>;
}

export function createBatcher<Thing extends Sized>(deps: {
  clock: Clock;
  limits: BatchLimits;
  /** Must settle only when the batch is durable; must not reject. */
  write: (things: Thing[]) => Promise<void>;
}): Batcher<Thing> {
  const { clock, limits, write } = deps;
  const waiting: { thing: Thing; addedAtMs: number }[] = [];
  let count = 0;
  let bytes = 0;
  let lastAddedAtMs = 0;
  let timerSet = false;
  let writing = false;
  let due: Trigger | null = null;
  let idle: (() => void)[] = [];
  const flushedBy: Record<Trigger, number> = { count: 0, bytes: 0, age: 0, silence: 0 };

  function fullness(): Trigger | null {
    if (count >= limits.maxCount) return 'count';
    return bytes >= limits.maxBytes ? 'bytes' : null;
  }

  function setTimer(): void {
    const oldest = waiting[0];
    if (timerSet || oldest === undefined) return;
    const dueAtMs = Math.min(lastAddedAtMs + limits.silenceMs, oldest.addedAtMs + limits.maxAgeMs);
    timerSet = true;
    clock.after(Math.max(0, dueAtMs - clock.now()), () => {
      timerSet = false;
      look();
    });
  }

  /** Decides whether what waits is due now; looked at again by timer while it is not. */
  function look(): void {
    const oldest = waiting[0];
    if (oldest === undefined) return;
    const nowMs = clock.now();
    due ??= fullness();
    if (nowMs - oldest.addedAtMs >= limits.maxAgeMs) due ??= 'age';
    if (nowMs - lastAddedAtMs >= limits.silenceMs) due ??= 'silence';
    if (due === null) setTimer();
    else if (!writing) flush(due);
  }

  function flush(trigger: Trigger): void {
    due = null;
    flushedBy[trigger]++;
    writing = true;
    void write(take()).then(() => {
      writing = false;
      look();
      if (!writing && waiting.length === 0) {
        const resolves = idle;
        idle = [];
        for (const resolve of resolves) resolve();
      }
    });
  }

  function take(): Thing[] {
    const things: Thing[] = [];
    let takenCount = 0;
    let takenBytes = 0;
    for (const { thing } of waiting) {
      const full = takenCount + thing.count > limits.maxCount || takenBytes + thing.bytes > limits.maxBytes;
      if (full && things.length > 0) break;
      things.push(thing);
      takenCount += thing.count;
      takenBytes += thing.bytes;
    }
    waiting.splice(0, things.length);
    count -= takenCount;
    bytes -= takenBytes;
    return things;
  }

  return {
    flushedBy,
    add: (thing) => {
      lastAddedAtMs = clock.now();
      waiting.push({ thing, addedAtMs: lastAddedAtMs });
      count += thing.count;
      bytes += thing.bytes;
      if (writing) return;
      if (fullness() === null) setTimer();
      else look();
    },
    drain: () => {
      if (!writing && waiting.length === 0) return Promise.resolve();
      const drained = new Promise<void>((resolve) => idle.push(resolve));
      due ??= fullness() ?? 'silence';
      if (!writing) look();
      return drained;
    },
  };
}
