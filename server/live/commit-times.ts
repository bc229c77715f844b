/**
 * Remembers when the ledger's last positions were committed, for one question: how far back can a client be continued?
 * It keeps one entry per 100 ms of the window, however fast positions come.
 */
export interface CommitTimes {
  add(position: number, committedAtMs: number): void;
  /** The largest position committed more than the window ago; a client that has seen it, or more, can be continued. */
  floor(nowMs: number): number;
}

/** 60 s are promised (DESIGN §5). What was committed in the moment a client left, and never reached it, counts into them. */
export const RESUME_WINDOW_MS = 62_000;
const STEP_MS = 100;

/** `begin`: what happened up to this position is not known. */
export function createCommitTimes(begin: number): CommitTimes {
  const entries: { position: number; committedAtMs: number }[] = [];
  let passed = begin;
  return {
    add(position, committedAtMs) {
      const last = entries.at(-1);
      if (last !== undefined && committedAtMs - last.committedAtMs < STEP_MS) last.position = position;
      else entries.push({ position, committedAtMs });
    },
    floor(nowMs) {
      let first = entries[0];
      while (first !== undefined && first.committedAtMs < nowMs - RESUME_WINDOW_MS) {
        passed = first.position;
        entries.shift();
        first = entries[0];
      }
      return passed;
    },
  };
}
