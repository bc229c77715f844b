import type { MachineState } from '../../contracts/machine-state.ts';

/** States as people say them. */
export const STATE_WORDS: Record<MachineState, string> = {
  running: 'Running',
  idle: 'Idle',
  planned_stop: 'Planned stop',
  breakdown: 'Breakdown',
  changeover: 'Changeover',
  unknown: 'Not reported',
};
