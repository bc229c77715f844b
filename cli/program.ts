import { Command } from 'commander';
import { registerDeadLetters } from './dead-letters.ts';
import { registerDemo } from './demo-remove.ts';
import { registerDoctor } from './doctor.ts';
import { registerMigrate } from './migrate.ts';
import { registerReplay } from './replay.ts';
import { registerRetention } from './retention.ts';
import { registerStart } from './start.ts';

/** All commands. Each is one file, which says what it does, its options and `--json`. */
export function createProgram(): Command {
  const program = new Command('sentia')
    .description(
      'Live operations dashboard for manufacturers: MQTT in, hypertables, wall screens that tell the truth.',
    )
    .usage('<command> [options]')
    .configureOutput({ getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 })
    .addHelpText('after', '\nSettings are environment variables: see docs/guide-operators.md.')
    .exitOverride();
  registerStart(program);
  registerReplay(program);
  registerMigrate(program);
  registerRetention(program);
  registerDeadLetters(program);
  registerDemo(program);
  registerDoctor(program);
  return program;
}
