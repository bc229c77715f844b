import { buffer } from 'node:stream/consumers';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { parseEnvironment, type Settings } from '../contracts/environment.ts';
import { MappingProblem, readMapping } from '../telemetry/mapping/read-mapping.ts';
import { CommandError } from './command-error.ts';
import { targetOf, withDatabaseTarget } from './database-target.ts';
import { checkBroker } from './doctor/check-broker.ts';
import { checkDatabase } from './doctor/check-database.ts';
import { checkClock, checkDataDirectory, checkDisk, checkNode } from './doctor/check-machine.ts';
import { checkServer } from './doctor/check-server.ts';
import { describeMessage, explainMessage } from './doctor/explain-message.ts';
import { broken, idle, ok, type Finding } from './doctor/finding.ts';
import { readSettings } from './read-settings.ts';
import { readRunning, type Running } from './supervisor/running-file.ts';

const MARKS: Record<Finding['status'], string> = { ok: 'ok', idle: '–', warning: '!', broken: 'BROKEN' };

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Check every part of Sentia, whether it runs or not, and say what to do for each that is not well. With --topic: show what a message would become, without connecting to anything.',
    )
    .option('--topic <topic>', 'the topic of a message to be explained')
    .option('--payload <text>', 'its payload')
    .option('--payload-file <file>', 'the file that holds its payload; "-" is the standard input')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      '\nExit code 0 when nothing is broken, or refused of the message, else 1. SENTIA_MAPPING is used.',
    )
    .action(async (options: DoctorOptions) => {
      if (options.topic !== undefined) return explain(options.topic, options);
      if (options.payload !== undefined || options.payloadFile !== undefined)
        throw new CommandError('A payload needs its topic: add --topic.', 2);
      const findings = await examine();
      const healthy = !findings.some((finding) => finding.status === 'broken');
      process.stdout.write(
        options.json === true ? `${JSON.stringify({ healthy, findings })}\n` : describe(findings),
      );
      process.exitCode = healthy ? 0 : 1;
    });
}

interface DoctorOptions {
  json?: true;
  topic?: string;
  payload?: string;
  payloadFile?: string;
}

async function explain(topic: string, options: DoctorOptions): Promise<void> {
  const mapping = await readMapping(readSettings().mapping).catch((error: unknown) => {
    throw error instanceof MappingProblem ? new CommandError(error.message, 2) : error;
  });
  const payload = await readPayload(options);
  const explained = await explainMessage({ topic, payload, receivedAtMs: Date.now() }, mapping);
  process.stdout.write(options.json === true ? `${JSON.stringify(explained)}\n` : describeMessage(explained));
  process.exitCode = explained.refusals.length === 0 ? 0 : 1;
}

async function readPayload({ payload, payloadFile }: DoctorOptions): Promise<Uint8Array> {
  if (payload !== undefined && payloadFile !== undefined)
    throw new CommandError('Give --payload or --payload-file, not both.', 2);
  if (payload !== undefined) return Buffer.from(payload);
  if (payloadFile === undefined || payloadFile === '-') return readInput();
  return readFile(payloadFile).catch((error: unknown) => {
    throw new CommandError(
      `--payload-file cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      2,
    );
  });
}

async function readInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY)
    throw new CommandError('Give the payload with --payload or --payload-file, or on the standard input.', 2);
  return buffer(process.stdin);
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
    await checkSettings(settings),
    checkDataDirectory(dataDir, running?.pid ?? null),
    await checkDisk(dataDir),
    ...(await database(settings, dataDir, running)),
    await checkBroker(settings, running),
    await checkServer(settings, running),
  ];
}

/** The mapping is a setting too, though it stands in a file. */
async function checkSettings(settings: Settings): Promise<Finding> {
  try {
    const mapping = await readMapping(settings.mapping);
    return ok('settings', mapping === null ? 'valid' : `valid, ${mapping.filters.length} mapped topics`);
  } catch (error) {
    if (!(error instanceof MappingProblem)) throw error;
    return broken('settings', error.message, 'Correct the file and ask again.');
  }
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
