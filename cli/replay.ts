import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { systemClock } from '../contracts/clock.ts';
import { parseEnvironment } from '../contracts/environment.ts';
import { CommandError } from './command-error.ts';
import { describeAccount } from './replay/account.ts';
import { connectBroker, shownAddress, type BrokerAddress } from './replay/connect-broker.ts';
import { describePlan, warningsOf } from './replay/describe-plan.ts';
import { parseOptions, type RawOptions, type ReplayOptions } from './replay/options.ts';
import { createProgress } from './replay/progress.ts';
import { openPublisher, type Publisher } from './replay/publisher.ts';
import { ReplayRefusal } from './replay/refusal.ts';
import { prepareReplay, runReplay, type PreparedReplay } from './replay/run-replay.ts';
import { planAsJson } from './replay/plan-as-json.ts';

const WINDOW_MESSAGES = 32;
const GIVE_UP_AFTER_MS = 5 * 60_000;
const PROGRESS_EVERY_MS = 200;

/** `sentia replay`: publishes a CSV file as a machine's telemetry and accounts for every row. */
export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('Publish a CSV file as the telemetry of a machine, with an account of every row.')
    .argument('<file>', 'the CSV file')
    .requiredOption('--topic <topic>', 'plants/<site>/<area>/<line>/<machine>')
    .requiredOption(
      '--time <column>',
      'the column that holds the time; "Date+Time" joins two; "#row" counts rows',
    )
    .option('--speed <factor>', 'publish in time, this many times faster than it was (default: 1)')
    .option('--max', 'publish as fast as the broker takes it')
    .option('--date-format <format>', 'how the time is written, in luxon tokens, e.g. "dd-MM-yyyy HH:mm"')
    .option('--zone <zone>', 'the zone of times that name none, e.g. Europe/Berlin', 'UTC')
    .option('--time-unit <unit>', 'for a time column that counts: d, h, min, s, ms or us')
    .option('--start <time>', 'for a time column that counts: when it is 0 (ISO 8601, or now)')
    .option('--columns <names>', 'publish only these columns', collect)
    .option('--except <names>', 'leave these columns out', collect)
    .option('--text <names>', 'store these columns as texts, also where they look like numbers', collect)
    .option('--empty <words>', 'cells with these words are empty, e.g. NA', collect)
    .option('--unit <column=unit>', 'the unit of a column as a UCUM code, e.g. power=kW', collect)
    .option('--units <file>', 'units from a CSV file with the columns "column" and "unit"')
    .option('--delimiter <delimiter>', 'comma, semicolon, tab or a character (default: as the file shows)')
    .option('--decimal <mark>', 'point or comma', 'point')
    .option('--encoding <encoding>', 'e.g. windows-1252 (default: utf-8, or as the byte-order mark says)')
    .option('--broker <url>', 'the MQTT broker (default: MQTT_URL, else the embedded one)')
    .option('--dry-run', 'say what would be published and stop')
    .option('--json', 'print plan and account as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sentia replay plant.csv --topic plants/lindau/melt/line-1/furnace --time date --max\n' +
        '\nThe exit code is 0 only when every message was acknowledged.',
    )
    .action(async (file: string, raw: RawOptions) => {
      try {
        await replay(file, raw);
      } catch (error) {
        if (error instanceof ReplayRefusal) throw new CommandError(error.message);
        throw error;
      }
    });
}

/** The option may be given more than once. */
function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

async function replay(file: string, raw: RawOptions): Promise<void> {
  // Whatever ends this process before the account says "complete", it was no success.
  process.exitCode = 1;
  const say = (line: string) => (raw.json === true ? process.stderr : process.stdout).write(`${line}\n`);
  const options = parseOptions(raw, Date.now());
  const broker = brokerAddress(raw.broker ?? null);
  const prepared = await prepareWithProgress(file, options);
  for (const line of describePlan(prepared)) say(line);
  for (const line of warningsOf(prepared)) say(`warning: ${line}`);
  const plan = planAsJson(prepared);
  if (options.dryRun) {
    if (raw.json === true) process.stdout.write(`${JSON.stringify({ plan, account: null })}\n`);
    say('dry run: nothing was published');
    process.exitCode = 0;
    return;
  }
  const account = await publish(prepared, broker, say);
  if (raw.json === true) process.stdout.write(`${JSON.stringify({ plan, account })}\n`);
  else for (const line of describeAccount(account)) say(line);
  if (account.complete) process.exitCode = 0;
}

async function prepareWithProgress(file: string, options: ReplayOptions): Promise<PreparedReplay> {
  const progress = createProgress(process.stderr, Date.now);
  try {
    return await prepareReplay(file, options, systemClock, (doing, rows) =>
      progress.update(`${doing}: ${rows.toLocaleString('en')} rows`),
    );
  } finally {
    progress.end();
  }
}

async function publish(prepared: PreparedReplay, broker: BrokerAddress, say: (line: string) => void) {
  const stopping = new AbortController();
  const onSignal = () => stopping.abort();
  const publisher = await openPublisher({
    connect: () => connectBroker(broker),
    clock: systemClock,
    windowMessages: WINDOW_MESSAGES,
    giveUpAfterMs: GIVE_UP_AFTER_MS,
  }).catch((error: unknown) => {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  });
  say(`broker: ${shownAddress(broker.url)}`);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const progress = createProgress(process.stderr, Date.now);
  const line = progressLine(prepared, publisher, Date.now());
  // It also keeps the process alive while the broker is gone.
  const timer = setInterval(() => progress.update(line()), PROGRESS_EVERY_MS);
  try {
    return await runReplay(prepared, { publisher, clock: systemClock, stop: stopping.signal });
  } finally {
    clearInterval(timer);
    progress.end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await publisher.close();
  }
}

function progressLine({ survey }: PreparedReplay, publisher: Publisher, startedAt: number) {
  return () => {
    const { acknowledgedReadings, acknowledgedRows } = publisher.counts;
    const percent = Math.floor((acknowledgedReadings / survey.readings) * 100);
    const rate = Math.round(acknowledgedReadings / Math.max(0.001, (Date.now() - startedAt) / 1000));
    const trouble = publisher.trouble();
    const state =
      trouble === null ? `${rate.toLocaleString('en')} readings/s` : `waiting for the broker: ${trouble}`;
    return `${acknowledgedRows.toLocaleString('en')} of ${survey.rows.toLocaleString('en')} rows acknowledged (${percent} %), ${state}`;
  };
}

function brokerAddress(asked: string | null): BrokerAddress {
  const parsed = parseEnvironment(process.env);
  if (!parsed.ok) throw new CommandError(parsed.lines.join('\n'), 2);
  const { mqttUrl, mqttCa, mqttPort } = parsed.settings;
  if (asked !== null && !/^(mqtts?|wss?):\/\/[^/]/.test(asked)) {
    throw new CommandError(`--broker must be a URL like mqtt://host:1883.`, 2);
  }
  try {
    return {
      url: asked ?? mqttUrl ?? `mqtt://127.0.0.1:${mqttPort}`,
      ca: mqttCa === null ? null : readFileSync(mqttCa),
    };
  } catch (error) {
    throw new CommandError(
      `The file of MQTT_CA cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      2,
    );
  }
}
