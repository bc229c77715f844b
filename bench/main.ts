import { parseArgs } from 'node:util';
import { ensureBuilt } from '../cli/launch/build.mjs';
import { createProgress } from '../cli/launch/progress.mjs';
import { benchIngest } from './ingest/bench-ingest.ts';
import { benchLive } from './live/bench-live.ts';
import { benchReads } from './reads/bench-reads.ts';
import { benchStart } from './start/bench-start.ts';
import { benchWriter } from './writer/bench-writer.ts';
import type { Bench } from './support/result.ts';

const BENCHES: Record<string, Bench> = {
  ingest: benchIngest,
  live: benchLive,
  reads: benchReads,
  start: benchStart,
  writer: benchWriter,
};

/** `npm run bench [name …]`: a JSON line for each measure on stdout; what goes on is told on stderr. */
async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const unknown = positionals.find((name) => !(name in BENCHES));
  if (unknown !== undefined) {
    process.stderr.write(`bench: "${unknown}" is none of ${Object.keys(BENCHES).join(', ')}.\n`);
    process.exitCode = 2;
    return;
  }
  await ensureBuilt({ parts: 'all', progress: createProgress() });
  const say = (line: string) => process.stderr.write(`${line}\n`);
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    for await (const result of bench(say)) process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}

await main();
