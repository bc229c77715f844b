import { holdDataDirectory } from '../../prisma/embedded/data-directory-lock.ts';

/** A process that takes the lock `test` of the directory named by its argument, says how it went, and then stays. */
const result = holdDataDirectory(process.argv[2] ?? '', 'test');
process.stdout.write(`${result.ok ? 'held' : `refused ${result.pid}`}\n`);
process.stdin.resume();
