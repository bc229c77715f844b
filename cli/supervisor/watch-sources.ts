import { existsSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../contracts/clock.ts';
import type { ProcessName } from '../../contracts/supervision.ts';
import { ensureBuilt } from '../launch/build.mjs';
import type { Progress } from '../launch/progress.mjs';

const QUIET_MS = 150;
const ROOMS = ['app', 'contracts', 'ml', 'prisma', 'public', 'server', 'telemetry'];

/**
 * For `npm run dev`: builds again when sources change and restarts the processes whose bundle came out different. A
 * build that fails is told, and what runs goes on.
 */
export function watchSources(options: {
  root: string;
  clock: Clock;
  progress: Progress;
  restart: (name: ProcessName) => Promise<void>;
}): () => void {
  const { root, clock, progress, restart } = options;
  const outputs: Record<ProcessName, readonly string[]> = {
    database: ['processes/database.js'],
    telemetry: ['processes/telemetry.js'],
    server: ['processes/server.js', 'server/index.js'],
    simulator: ['processes/simulator.js'],
  };
  const names: readonly ProcessName[] = ['telemetry', 'server', 'simulator'];
  const contents = (name: ProcessName) =>
    outputs[name]
      .map((file) => path.join(root, 'build', file))
      .map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''))
      .join('\0');
  const running = new Map(names.map((name) => [name, contents(name)]));
  let cancel: () => void = () => undefined;
  let building = Promise.resolve();

  async function rebuild() {
    try {
      await ensureBuilt({ root, parts: 'all', progress });
    } catch (error) {
      progress.say(error instanceof Error ? error.message : String(error));
      return;
    }
    for (const name of names) {
      const now = contents(name);
      if (running.get(name) === now) continue;
      running.set(name, now);
      progress.say(`${name} has changed and is started again.`);
      await restart(name);
    }
  }

  const watchers = ROOMS.filter((room) => existsSync(path.join(root, room))).map((room) =>
    watch(path.join(root, room), { recursive: true }, () => {
      cancel();
      cancel = clock.after(QUIET_MS, () => {
        building = building.then(rebuild);
      });
    }),
  );
  return () => {
    cancel();
    for (const watcher of watchers) watcher.close();
  };
}
