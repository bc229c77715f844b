// `npm run db:reset`: deletes the embedded database and what goes with it, so that the next start makes a new one. It
// must never touch a database of DATABASE_URL, one that runs, or files that are not Sentia's.
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { dataDirectoryMistake } from './data-directory.mjs';
import { parseEnvironment } from './settings.generated.mjs';

const OURS = ['database', 'database.new', 'simulator', 'logs', 'demo.json', 'running.json'];

/** @returns {string | null} one line that says why nothing was deleted */
function reset() {
  const parsed = parseEnvironment(process.env);
  if (!parsed.ok) return parsed.lines.join('\n');
  if (parsed.settings.databaseUrl !== null)
    return 'DATABASE_URL is set: Sentia does not delete a database that is yours.';
  const mistake = dataDirectoryMistake(parsed.settings.dataDir);
  if (mistake !== null) return mistake;
  const dataDir = path.resolve(parsed.settings.dataDir);
  if (!existsSync(path.join(dataDir, 'database'))) return `There is no embedded database in ${dataDir}.`;
  for (const name of OURS) rmSync(path.join(dataDir, name), { recursive: true, force: true });
  process.stdout.write(`The embedded database in ${dataDir} is deleted.\n`);
  return null;
}

const why = reset();
if (why !== null) {
  process.stderr.write(`${why}\n`);
  process.exitCode = 2;
}
