import type { Beat, Snapshot } from '../../contracts/live.ts';
import type { MachineState } from '../../contracts/machine-state.ts';
import type { Quality } from '../../contracts/quality.ts';

/** What is known now, folded from the ledger: what the stream, the pages and the API show as live. */
export interface LivePicture {
  /** The ledger position up to which all of this is true. */
  position(): number;
  /** null when there is no such site. It does not ask whose site it is: callers do. */
  snapshot(site: string): Snapshot | null;
  /** null when there is no such machine. */
  machineState(machineId: number): MachineNow | null;
  /** null when there is no such signal or it has no reading yet. */
  latest(signalId: number): LatestReading | null;
  /** Whether the latest value must not be taken for live: too old, none, or nothing is live now. */
  stale(signalId: number): boolean;
  beat(): Beat;
}

export interface MachineNow {
  state: MachineState;
  reason: string | null;
  /** Epoch milliseconds. */
  since: number | null;
}

export interface LatestReading {
  atMicros: number;
  value: number | string | null;
  quality: Quality;
  staleAfterMs: number;
}
