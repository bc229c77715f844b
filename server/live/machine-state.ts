import { machineStateSchema, type MachineState } from '../../contracts/machine-state.ts';
import type { Quality } from '../../contracts/quality.ts';

/** A stretch in one state. `reason` is the last one given for it. */
export interface MachineRun {
  sinceMicros: number;
  /** False when the state was already so in the oldest event that was looked at: then nobody knows since when. */
  sinceKnown: boolean;
  state: MachineState;
  reason: string | null;
}

/** A machine's states of the last hours, oldest first, folded from its `state` and `reason` signals in order of time. */
export interface MachineHistory {
  runs: MachineRun[];
  lastStateMicros: number;
  reason: { atMicros: number; text: string | null } | null;
}

export interface MachineEventReading {
  atMicros: number;
  text: string;
  quality: Quality;
}

const STATES_KEPT_MS = 8 * 3_600_000;
/** A machine that flutters keeps its newest runs only. */
const MOST_RUNS = 500;
/** Machines that publish state and reason one after the other stamp the reason a little earlier than its state. */
export const REASON_SLACK_MICROS = 500_000;

export function createMachineHistory(): MachineHistory {
  return { runs: [], lastStateMicros: -Infinity, reason: null };
}

/** The state a machine says, by its word; `unknown` for words that are not ours and for bad quality. */
export function stateOf(event: MachineEventReading): MachineState {
  if (event.quality === 'bad') return 'unknown';
  const parsed = machineStateSchema.safeParse(event.text.trim().toLowerCase().replace(/[ -]/g, '_'));
  return parsed.success ? parsed.data : 'unknown';
}

/** @returns false when the event is late and may change what was: then only the database knows the right order. */
export function addState(history: MachineHistory, event: MachineEventReading): boolean {
  if (event.atMicros < history.lastStateMicros) {
    // Said again within its own run it changes nothing: a backfill in finer steps says little else.
    return runAt(history, event.atMicros)?.state === stateOf(event) || isTooOld(history, event.atMicros);
  }
  history.lastStateMicros = event.atMicros;
  const state = stateOf(event);
  if (history.runs.at(-1)?.state === state) return true;
  const reason = history.reason;
  const given = reason !== null && reason.atMicros >= event.atMicros - REASON_SLACK_MICROS;
  history.runs.push({
    sinceMicros: event.atMicros,
    sinceKnown: true,
    state,
    reason: given ? reason.text : null,
  });
  forgetOld(history, event.atMicros);
  return true;
}

/** @returns false when the event is late and may change what was. A reason may come long after its state, when a person gives it. */
export function addReason(history: MachineHistory, event: MachineEventReading): boolean {
  const text = reasonOf(event);
  if (history.reason !== null && event.atMicros < history.reason.atMicros) {
    const around = [runAt(history, event.atMicros), runAt(history, event.atMicros + REASON_SLACK_MICROS)];
    return around.every((run) => run?.reason === text) || isTooOld(history, event.atMicros);
  }
  history.reason = { atMicros: event.atMicros, text };
  const run = history.runs.at(-1);
  if (run !== undefined && event.atMicros >= run.sinceMicros - REASON_SLACK_MICROS) run.reason = text;
  return true;
}

function runAt(history: MachineHistory, atMicros: number): MachineRun | undefined {
  return history.runs.findLast((run) => run.sinceMicros <= atMicros);
}

/** Before all that is kept, unless the present run itself may turn out to have begun earlier. */
function isTooOld(history: MachineHistory, atMicros: number): boolean {
  const [first, second] = history.runs;
  if (first === undefined || second === undefined) return false;
  const keptMicros = history.lastStateMicros - STATES_KEPT_MS * 1000;
  return atMicros + REASON_SLACK_MICROS < Math.min(first.sinceMicros, keptMicros);
}

/** An empty reason, and one of bad quality, is none. */
export function reasonOf(event: Pick<MachineEventReading, 'text' | 'quality'>): string | null {
  const text = event.text.trim();
  return text === '' || event.quality === 'bad' ? null : text;
}

/** States of the last 8 hours for a page: `[since, state, reason]`, the first may have begun before. */
export function statesForPage(
  history: MachineHistory,
  nowMs: number,
): [number, MachineState, string | null][] {
  const fromMicros = (nowMs - STATES_KEPT_MS) * 1000;
  const runs = history.runs;
  let first = 0;
  while (first + 1 < runs.length && (runs[first + 1]?.sinceMicros ?? Infinity) <= fromMicros) first++;
  return runs.slice(first).map((run) => [run.sinceMicros / 1000, run.state, run.reason]);
}

function forgetOld(history: MachineHistory, nowMicros: number): void {
  const fromMicros = nowMicros - STATES_KEPT_MS * 1000;
  const runs = history.runs;
  while (runs.length > MOST_RUNS || (runs.length > 1 && (runs[1]?.sinceMicros ?? Infinity) <= fromMicros))
    runs.shift();
}
