import type { LiveMachine } from '../../contracts/live.ts';
import type { MachineState } from '../../contracts/machine-state.ts';

/** What a line's row says in words, and how loudly. */
export interface LineState {
  state: MachineState;
  since: number | null;
  /** The machine that makes the line what it is, when it is not the line's pacing one. */
  machine: string | null;
  reason: string | null;
}

/**
 * A line is broken down while any of its machines is, for as long as the first of them; else it is in the state of its
 * pacing machine: the last that reports one (DEFINITIONS §1).
 */
export function lineState(
  machines: readonly Pick<LiveMachine, 'machine' | 'state' | 'since' | 'reason'>[],
): LineState {
  const broken = machines
    .filter((machine) => machine.state === 'breakdown')
    .sort((a, b) => (a.since ?? Infinity) - (b.since ?? Infinity))[0];
  const pacing = machines.filter((machine) => machine.state !== 'unknown').at(-1);
  const chosen = broken ?? pacing;
  if (chosen === undefined) return { state: 'unknown', since: null, machine: null, reason: null };
  return {
    state: chosen.state,
    since: chosen.since,
    machine: broken === undefined ? null : broken.machine,
    reason: chosen.reason,
  };
}
