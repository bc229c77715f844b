import { z } from 'zod';

/** A machine's state from its `state` signal; `unknown` when it has none or says a word that is not here. */
export const machineStateSchema = z.enum([
  'running',
  'idle',
  'planned_stop',
  'breakdown',
  'changeover',
  'unknown',
]);
export type MachineState = z.infer<typeof machineStateSchema>;

/** The signal slug whose text is the machine's state, and the one that holds the reason beside it. */
export const STATE_SIGNAL = 'state';
export const REASON_SIGNAL = 'reason';
