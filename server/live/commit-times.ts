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
/** Beyond this, entries that have left the window are let go. */
const MOST_ENTRIES = (2 * RESUME_WINDOW_MS) / STEP_MS;

/** `begin`: what happened up to this position is not known. */
export function createCommitTimes(begin: number): CommitTimes {
  /** By position; `position` is the last of its 100 ms. */
  let entries: { position: number; committedAtMs: number }[] = [];
  let passed = begin;

  function floor(nowMs: number): number {
    const last = entries.findLastIndex((entry) => entry.committedAtMs < nowMs - RESUME_WINDOW_MS);
    passed = entries[last]?.position ?? passed;
    entries = entries.slice(last + 1);
    return passed;
  }

  return {
    add(position, committedAtMs) {
      const last = entries.at(-1);
      const sinceLastMs = committedAtMs - (last?.committedAtMs ?? -Infinity);
      if (last !== undefined && sinceLastMs >= 0 && sinceLastMs < STEP_MS) last.position = position;
      else entries.push({ position, committedAtMs });
      if (entries.length > MOST_ENTRIES) floor(committedAtMs);
    },
    floor,
  };
}
