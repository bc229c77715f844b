/** The last 15 minutes of a signal in steps of 15 s: the last value of each step, whatever order readings arrive in. */
export interface Trend {
  put(atMs: number, value: number): void;
  /** 60 steps that end with the one that holds `nowMs`. */
  values(nowMs: number): (number | null)[];
}

export const TREND_STEP_MS = 15_000;
export const TREND_STEPS = 60;
/** Readings may be up to 5 min ahead of our clock (DESIGN §3): they must not push out steps that still show. */
const SLOTS = TREND_STEPS + 24;

export function createTrend(): Trend {
  const steps = new Float64Array(SLOTS).fill(Number.NaN);
  const times = new Float64Array(SLOTS);
  const values = new Float64Array(SLOTS);
  return {
    put(atMs, value) {
      const step = Math.floor(atMs / TREND_STEP_MS);
      const slot = ((step % SLOTS) + SLOTS) % SLOTS;
      const held = steps[slot] ?? Number.NaN;
      if (held > step || (held === step && (times[slot] ?? 0) >= atMs)) return;
      steps[slot] = step;
      times[slot] = atMs;
      values[slot] = value;
    },
    values(nowMs) {
      const last = Math.floor(nowMs / TREND_STEP_MS);
      return Array.from({ length: TREND_STEPS }, (_, i) => {
        const step = last - TREND_STEPS + 1 + i;
        const slot = ((step % SLOTS) + SLOTS) % SLOTS;
        return steps[slot] === step ? (values[slot] ?? null) : null;
      });
    },
  };
}
