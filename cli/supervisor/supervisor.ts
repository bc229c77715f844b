// Holds Sentia's processes in their order: starts each when the one before is ready, tells all of them how all fare,
// and stops them the other way round. It must never outlast its own deadline when it stops.
import type { Clock } from '../../contracts/clock.ts';
import type { Processes, ProcessName } from '../../contracts/supervision.ts';
import type { Child } from './child.ts';

/** By when, counted from the beginning of the stop, each process must be gone; the last says that all are. */
const GONE_BY_MS: Record<ProcessName, number> = {
  simulator: 1_500,
  server: 3_500,
  telemetry: 7_500,
  database: 9_500,
};

export interface Supervisor {
  processes(): Processes;
  /** To be called whenever a child's status changed. */
  tellAll(): void;
  /** Stops a process for good: from now on there is none of this name. */
  remove(name: ProcessName): Promise<void>;
  /** Stops every process, last started first, within 10 s in all. */
  stop(): Promise<void>;
  /** Ends every process at once. */
  kill(): void;
}

/** @param children in the order of starting */
export function createSupervisor({
  children,
  clock,
}: {
  children: readonly Child[];
  clock: Clock;
}): Supervisor {
  let told = '';
  let present = children;
  const processes = (): Processes => Object.fromEntries(present.map((child) => [child.name, child.status()]));

  function tellAll() {
    const now = processes();
    const text = JSON.stringify(now);
    if (text === told) return;
    told = text;
    for (const child of present) child.tell(now);
  }

  return {
    processes,
    tellAll,
    remove: async (name) => {
      await present.find((child) => child.name === name)?.stop(GONE_BY_MS[name]);
      present = present.filter((child) => child.name !== name);
      tellAll();
    },
    stop: async () => {
      const beganAt = clock.now();
      for (const child of present.toReversed()) {
        await child.stop(Math.max(0, GONE_BY_MS[child.name] - (clock.now() - beganAt)));
      }
    },
    kill: () => {
      for (const child of present) child.kill();
    },
  };
}
