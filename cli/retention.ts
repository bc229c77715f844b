import type { Command } from 'commander';
import { systemClock } from '../contracts/clock.ts';
import { explainDatabaseError } from '../prisma/explain-database-error.ts';
import { openDatabase, type DatabaseTarget } from '../prisma/open-database.ts';
import { createChunks, type Chunk } from '../telemetry/chunks/chunks.ts';
import { nativeChunks } from '../telemetry/chunks/native.ts';
import { timescaleChunks } from '../telemetry/chunks/timescale.ts';
import { applyRetention } from '../telemetry/retention/apply-retention.ts';
import { judgeChunk } from '../telemetry/retention/judge-chunk.ts';
import { RETENTION_MS } from '../telemetry/retention/limits.ts';
import { withDatabaseTarget } from './database-target.ts';
import { readSettings } from './read-settings.ts';

const DAY_MS = 86_400_000;

interface Told {
  tier: string;
  from: string;
  to: string;
  lastWrite: string;
  /** Why it stays, or that it goes. */
  verdict: string;
}

export function registerRetention(program: Command): void {
  program
    .command('retention')
    .description(
      'Drop the chunks beyond their retention now, instead of within the hour: raw readings after 90 days, minutes after 180, hours after 2 years, days after 7. A chunk goes only when it is rolled up and was not written to lately; later readings for it are refused.',
    )
    .option('--dry-run', 'only tell what would go, and of what is old but stays why')
    .option('--json', 'print it as JSON')
    .action(async (options: { dryRun?: true; json?: true }) => {
      const dryRun = options.dryRun === true;
      const chunks = await withDatabaseTarget(readSettings(), (target) => look(target, dryRun));
      const text = options.json === true ? JSON.stringify({ dryRun, chunks }) : describe(chunks, dryRun);
      process.stdout.write(`${text}\n`);
    });
}

async function look(target: DatabaseTarget, dryRun: boolean): Promise<Told[]> {
  const clock = systemClock;
  const database = await openDatabase({ target, name: 'retention', max: 1 });
  try {
    const engine = database.timescale ? timescaleChunks : nativeChunks;
    const chunks = createChunks({ database, clock, engine });
    if (!dryRun)
      return (await applyRetention({ database, clock, chunks })).map((chunk) => tell(chunk, 'gone'));
    const nowMs = clock.now();
    return (await chunks.list())
      .filter((chunk) => !chunk.closed && chunk.toMs <= nowMs - RETENTION_MS[chunk.tier])
      .map((chunk) => tell(chunk, judgeChunk(chunk, nowMs)));
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw explainDatabaseError(error, target);
    throw error;
  } finally {
    await database.close();
  }
}

function tell(chunk: Chunk, verdict: string): Told {
  const iso = (ms: number) => new Date(ms).toISOString();
  const { tier, fromMs, toMs, lastWriteMs } = chunk;
  return { tier, from: iso(fromMs), to: iso(toMs), lastWrite: iso(lastWriteMs), verdict };
}

function describe(chunks: readonly Told[], dryRun: boolean): string {
  if (chunks.length === 0) {
    const kept = Object.entries(RETENTION_MS).map(([tier, ms]) => `${tier} ${ms / DAY_MS} days`);
    return `Nothing is beyond its retention (${kept.join(', ')}).`;
  }
  const verdicts: Record<string, string> = { goes: 'would go', gone: 'is gone' };
  const lines = chunks.map(
    ({ tier, from, to, lastWrite, verdict }) =>
      `${tier}  ${from.slice(0, 10)} to ${to.slice(0, 10)}  ${verdicts[verdict] ?? `stays: ${verdict}`}  (last written ${lastWrite.slice(0, 13)}h)`,
  );
  const going = chunks.filter(({ verdict }) => verdict in verdicts).length;
  return [...lines, `${going} of ${chunks.length} ${dryRun ? 'would go' : 'are gone'}.`].join('\n');
}
