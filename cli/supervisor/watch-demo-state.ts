import type { Clock } from '../../contracts/clock.ts';
import { readDemoState, writeDemoState } from './demo-state.ts';

const EVERY_MS = 500;

/**
 * Obeys `sentia demo remove` while Sentia runs.
 * @param actions `quieten` ends the simulator and makes telemetry forget the demo; `forget` makes the server do so
 * @returns ends the watch
 */
export function watchDemoState(
  dataDir: string,
  clock: Clock,
  actions: { quieten: () => Promise<void>; forget: () => Promise<void> },
): () => void {
  let cancel: () => void = () => undefined;
  let ended = false;
  let forgotten = readDemoState(dataDir) === 'removed';

  async function look() {
    const state = readDemoState(dataDir);
    if (state === 'asked') {
      await actions.quieten();
      writeDemoState(dataDir, 'quiet');
    } else if (state === 'removed' && !forgotten) {
      forgotten = true;
      await actions.forget();
    }
    if (!ended) cancel = clock.after(EVERY_MS, () => void look());
  }
  cancel = clock.after(EVERY_MS, () => void look());
  return () => {
    ended = true;
    cancel();
  };
}
