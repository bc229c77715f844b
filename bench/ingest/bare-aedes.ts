import { forkScript } from '../support/fork-script.ts';
import type { RunningBroker } from '../support/mosquitto.ts';
import type { Listening } from './bare-aedes-process.ts';

/** The library of the embedded broker with nothing behind it, in a process of its own. */
export async function startBareAedes(): Promise<RunningBroker> {
  const script = forkScript(new URL('./bare-aedes-process.ts', import.meta.url));
  const { port } = await script.next<Listening>('listening');
  return { port, pid: script.pid, stop: () => script.stop() };
}
