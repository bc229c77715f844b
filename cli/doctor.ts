import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { parseEnvironment, type Settings } from '../contracts/environment.ts';
import { targetOf, withDatabaseTarget } from './database-target.ts';
import { checkBroker } from './doctor/check-broker.ts';
import { checkDatabase } from './doctor/check-database.ts';
import { checkClock, checkDataDirectory, checkDisk, checkNode } from './doctor/check-machine.ts';
import { checkServer } from './doctor/check-server.ts';
import { broken, idle, ok, type Finding } from './doctor/finding.ts';
import { readRunning, type Running } from './supervisor/running-file.ts';

const MARKS: Record<Finding['status'], string> = { ok: 'ok', idle: '–', warning: '!', broken: 'BROKEN' };

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Check every part of Sentia, whether it runs or not, and say what to do for each that is not well.',
    )
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', '\nExit code 0 when nothing is broken, else 1.')
    .action(async (options: { json?: true }) => {
      const findings = await examine();
      const healthy = !findings.some((finding) => finding.status === 'broken');
      process.stdout.write(
        options.json === true ? `${JSON.stringify({ healthy, findings })}\n` : describe(findings),
      );
      process.exitCode = healthy ? 0 : 1;
    });
}

async function examine(): Promise<Finding[]> {
  const findings = [checkNode(process.versions.node), checkClock(Date.now())];
  const parsed = parseEnvironment(process.env);
  if (!parsed.ok)
    return [
      ...findings,
      ...parsed.lines.map((line) => broken('settings', line, 'Correct it and ask again.')),
    ];
  const { settings } = parsed;
  const dataDir = path.resolve(settings.dataDir);
  const running = readRunning(dataDir);
  return [
    ...findings,
    ok('settings', 'valid'),
    checkDataDirectory(dataDir, running?.pid ?? null),
    await checkDisk(dataDir),
    ...(await database(settings, dataDir, running)),
    await checkBroker(settings, running),
    await checkServer(settings, running),
  ];
}

async function database(settings: Settings, dataDir: string, running: Running | null): Promise<Finding[]> {
  const target = targetOf(settings, dataDir);
  if (target.kind === 'url' || running !== null) return checkDatabase(target);
  if (!existsSync(path.join(dataDir, 'database')))
    return [idle('database', 'embedded; made at the first start')];
  try {
    return await withDatabaseTarget(settings, checkDatabase);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return [broken('database', 'the embedded database does not start', said)];
  }
}

function describe(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ part }) => part.length));
  const lines = findings.flatMap(({ part, status, detail, advice }) => [
    `${MARKS[status].padEnd(6)}  ${part.padEnd(width)}  ${detail}`,
    ...(advice === null ? [] : [`${' '.repeat(width + 10)}→ ${advice}`]),
  ]);
  return `${lines.join('\n')}\n`;
}
