import type { Clock } from '../../contracts/clock.ts';
import type { Beat, Snapshot } from '../../contracts/live.ts';
import type { MachineState } from '../../contracts/machine-state.ts';
import type { Quality } from '../../contracts/quality.ts';
import type { Picture } from './picture.ts';
import { limitOf, siteSnapshot } from './site-picture.ts';

/** What is known now, folded from the ledger: what the stream, the pages and the API show as live. */
export interface LivePicture {
  /** The ledger position up to which all of this is true; 0 before the first load. */
  position(): number;
  /** null when there is no such site. It does not ask whose site it is: callers do. */
  snapshot(site: string): Snapshot | null;
  /** null when there is no such machine. */
  machineState(machineId: number): MachineNow | null;
  /** null when there is no such signal or it has no reading yet. */
  latest(signalId: number): LatestReading | null;
  /** Whether the latest value must not be taken for live: gone, too old, none, or nothing is live now. */
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
  /** null where age does not make it stale. */
  staleAfterMs: number | null;
  /** Epoch milliseconds since when it is known to be gone. */
  goneSince: number | null;
}

/** `picture` gives the present one, null while the first is loaded; `beat` says whether anything is live. */
export function createLivePicture(deps: {
  clock: Clock;
  picture: () => Picture | null;
  beat: () => Beat;
}): LivePicture {
  const { clock, picture, beat } = deps;

  function latest(signalId: number): LatestReading | null {
    const signal = picture()?.signal(signalId);
    if (!signal || signal.state.atMicros === null) return null;
    const { atMicros, value, quality } = signal.state;
    return { atMicros, value, quality, staleAfterMs: limitOf(signal), goneSince: signal.goneSince };
  }

  return {
    position: () => picture()?.position() ?? 0,
    snapshot(slug) {
      const now = picture();
      const site = now?.site(slug);
      if (!now || !site) return null;
      const at = clock.now();
      return { position: now.position(), at, ...siteSnapshot(site, at), beat: beat() };
    },
    machineState(machineId) {
      const machine = picture()?.machine(machineId);
      if (!machine) return null;
      const { state, reason, since } = machine.shown;
      return { state, reason, since };
    },
    latest,
    stale(signalId) {
      const reading = latest(signalId);
      if (reading === null || !beat().live) return true;
      if (reading.goneSince !== null) return true;
      const { staleAfterMs } = reading;
      return staleAfterMs !== null && clock.now() - reading.atMicros / 1000 > staleAfterMs;
    },
    beat,
  };
}
