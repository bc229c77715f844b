import { CommanderError } from 'commander';
import { DatabaseProblem } from '../prisma/database-problem.ts';
import { CommandError } from './command-error.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command, called by cli/sentia.mjs once everything is installed and built.
 * @returns the exit code: 0 only on success
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // Commander has printed its own line already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CommandError || error instanceof DatabaseProblem)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof CommandError ? error.exitCode : 2;
  }
}
