/** Whether and when an edge node may be asked for its births: each request doubles the time until the next. */
export interface Rebirth {
  askedAtMs: number | null;
  /** The least time between the last request and the next. */
  pauseMs: number;
  /** One is wanted, but it is too early. */
  owed: boolean;
}

const FIRST_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 300_000;

export const NO_REBIRTH: Rebirth = { askedAtMs: null, pauseMs: FIRST_PAUSE_MS, owed: false };

/** A rebirth is wanted now. */
export function wantRebirth(rebirth: Rebirth, nowMs: number): { rebirth: Rebirth; ask: boolean } {
  const { askedAtMs, pauseMs } = rebirth;
  if (askedAtMs === nowMs) return { rebirth, ask: false };
  if (askedAtMs !== null && nowMs - askedAtMs < pauseMs)
    return { rebirth: { ...rebirth, owed: true }, ask: false };
  // A node that needed none for long has recovered.
  const calm = askedAtMs === null || nowMs - askedAtMs >= Math.max(60_000, 2 * pauseMs);
  const next = calm ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, MAX_PAUSE_MS);
  return { rebirth: { askedAtMs: nowMs, pauseMs: next, owed: false }, ask: true };
}

/** When an owed request may be sent; null when none is. */
export function owedAtMs({ askedAtMs, pauseMs, owed }: Rebirth): number | null {
  return owed && askedAtMs !== null ? askedAtMs + pauseMs : null;
}
