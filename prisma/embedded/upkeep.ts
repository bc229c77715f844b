import type { Logger } from 'pino';
import postgres from 'postgres';
import type { Clock } from '../../contracts/clock.ts';
import { clientOptions } from '../database-target.ts';
import { vacuum } from './vacuum.ts';

const EVERY_MS = 60_000;
/** What no statement on the one session should exceed. */
const LONG_MS = 250;

/** Vacuums once a minute, as one more client of the socket; a failure is told and the next minute tries again. */
export function startUpkeep(deps: { socketDir: string; clock: Clock; log: Logger }): {
  stop(): Promise<void>;
} {
  const { clock, log } = deps;
  const sql = postgres({ ...clientOptions({ kind: 'socket', socketDir: deps.socketDir }, 'upkeep'), max: 1 });
  let cancel = clock.after(EVERY_MS, run);
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  function run(): void {
    running = vacuum(sql)
      .then(
        (tables) => {
          for (const { table, tookMs } of tables) {
            if (tookMs > LONG_MS) log.warn({ table, tookMs }, 'vacuuming held everybody up');
          }
        },
        (error: unknown) => log.warn({ err: error }, 'could not vacuum'),
      )
      .then(() => {
        if (!stopped) cancel = clock.after(EVERY_MS, run);
      });
  }

  return {
    stop: async () => {
      stopped = true;
      cancel();
      await running;
      await sql.end({ timeout: 1 });
    },
  };
}
