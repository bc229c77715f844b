import path from 'node:path';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { systemClock } from '../contracts/clock.ts';
import { DEMO_ORGANISATION } from '../contracts/simulated-plant.ts';
import { explainDatabaseError } from '../prisma/explain-database-error.ts';
import { openDatabase, type DatabaseTarget } from '../prisma/open-database.ts';
import { removeOrganisation } from '../prisma/remove-organisation.ts';
import { CommandError } from './command-error.ts';
import { targetOf, withDatabaseTarget } from './database-target.ts';
import { createProgress } from './launch/progress.mjs';
import { readSettings } from './read-settings.ts';
import { readDemoState, writeDemoState } from './supervisor/demo-state.ts';
import { readRunning } from './supervisor/running-file.ts';

const QUIET_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 200;

export function registerDemo(program: Command): void {
  const demo = program.command('demo').description('The simulated plant that a first start brings along.');
  demo
    .command('remove')
    .description(
      'Remove the simulated plant with all its data, while Sentia runs or while it does not. It does not come back.',
    )
    .option('--json', 'print what was removed as JSON')
    .action(async (options: { json?: true }) => {
      const removed = await removeDemo();
      if (options.json === true) process.stdout.write(`${JSON.stringify({ removed })}\n`);
      else if (removed) process.stdout.write('The simulated plant and all its data are removed.\n');
      else process.stdout.write('There is no simulated plant here; none will be made.\n');
    });
}

/** @returns whether there was one */
async function removeDemo(): Promise<boolean> {
  const settings = readSettings();
  const dataDir = path.resolve(settings.dataDir);
  const running = readRunning(dataDir) !== null;
  if (running) await quieten(dataDir);
  const neverStarted =
    targetOf(settings, dataDir).kind === 'socket' && !existsSync(path.join(dataDir, 'database'));
  const removed = neverStarted ? false : await withDatabaseTarget(settings, remove);
  writeDemoState(dataDir, 'removed');
  return removed;
}

/** Whatever would make the demo again has to be silent before it goes. */
async function quieten(dataDir: string): Promise<void> {
  writeDemoState(dataDir, 'asked');
  const until = systemClock.now() + QUIET_WITHIN_MS;
  while (readDemoState(dataDir) === 'asked') {
    if (systemClock.now() > until) {
      throw new CommandError(
        'The running Sentia did not stop its simulator in time. Stop it, then run this again.',
      );
    }
    await new Promise<void>((resolve) => systemClock.after(LOOK_EVERY_MS, resolve));
  }
}

async function remove(target: DatabaseTarget): Promise<boolean> {
  const progress = createProgress();
  const database = await openDatabase({ target, name: 'demo remove', max: 1 });
  try {
    progress.start('Removing the simulated plant');
    return await removeOrganisation(database, DEMO_ORGANISATION.slug, ({ step, done, total }) =>
      progress.update(
        `Removing the simulated plant: ${step}, ${Math.floor((done / Math.max(1, total)) * 100)} %`,
      ),
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw explainDatabaseError(error, target);
    throw error;
  } finally {
    progress.stop();
    await database.close();
  }
}
