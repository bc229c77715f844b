import { parseEnvironment, type Settings } from '../contracts/environment.ts';
import { CommandError } from './command-error.ts';

/** The settings for a command. cli/sentia.mjs has checked them already; a command may be called another way in tests. */
export function readSettings(): Settings {
  const parsed = parseEnvironment(process.env);
  if (!parsed.ok) throw new CommandError(parsed.lines.join('\n'), 2);
  return parsed.settings;
}
