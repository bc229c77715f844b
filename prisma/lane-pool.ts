import type { Lane } from './lane.ts';

export interface LanePool {
  /** Runs `work` on a connection of its own, waiting for one while all are taken. */
  use<T>(work: (lane: Lane) => Promise<T>): Promise<T>;
  /** Lets running work finish, refuses new work. */
  close(): Promise<void>;
}

/** At most `max` connections, opened when needed; a broken one is dropped and the next work opens another. */
export function createLanePool(open: () => Promise<Lane>, max: number, first: Lane): LanePool {
  const idle: Lane[] = [first];
  const waiting: (() => void)[] = [];
  let taken = 0;
  let closed = false;
  let onEmpty: (() => void) | null = null;

  async function takeSlot(): Promise<void> {
    if (taken < max) taken += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leaveSlot(): void {
    const next = waiting.shift();
    if (next) return next();
    taken -= 1;
    if (taken === 0) onEmpty?.();
  }

  async function takeLane(): Promise<Lane> {
    for (let lane = idle.pop(); lane; lane = idle.pop()) {
      if (lane.alive) return lane;
      await lane.close();
    }
    return open();
  }

  return {
    use: async (work) => {
      if (closed) throw new Error('the database was closed');
      await takeSlot();
      try {
        const lane = await takeLane();
        try {
          return await work(lane);
        } finally {
          if (lane.alive) idle.push(lane);
          else await lane.close();
        }
      } finally {
        leaveSlot();
      }
    },
    close: async () => {
      closed = true;
      if (taken > 0) await new Promise<void>((resolve) => (onEmpty = resolve));
      await Promise.all(idle.splice(0).map((lane) => lane.close()));
    },
  };
}
