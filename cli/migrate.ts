import type { Command } from 'commander';
import { pino } from 'pino';
import { migrate } from '../prisma/migrate.ts';
import { withDatabaseTarget } from './database-target.ts';
import { readSettings } from './read-settings.ts';

export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description(
      'Bring the database (that of DATABASE_URL, else the embedded one) to the newest schema. Safe to run at any time; `start` does it too.',
    )
    .option('--json', 'print the names of the migrations that were applied as JSON')
    .action(async (options: { json?: true }) => {
      const { applied } = await migrateDatabase();
      if (options.json === true) process.stdout.write(`${JSON.stringify({ applied })}\n`);
      else if (applied.length === 0) process.stdout.write('The database has the newest schema already.\n');
      else process.stdout.write(`Applied ${applied.join(', ')}.\n`);
    });
}

function migrateDatabase(): Promise<{ applied: string[] }> {
  return withDatabaseTarget(readSettings(), (target) => migrate(target, pino({ enabled: false })));
}
