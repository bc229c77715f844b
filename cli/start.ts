import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { lockDataDirectory } from '../prisma/embedded/data-directory-lock.ts';
import { MappingProblem, readMapping } from '../telemetry/mapping/read-mapping.ts';
import { CommandError } from './command-error.ts';
import { readSettings } from './read-settings.ts';
import { choosePort } from './supervisor/free-port.ts';
import { runSentia } from './supervisor/run-sentia.ts';

export function registerStart(program: Command): void {
  program
    .command('start')
    .description(
      'Start Sentia: the pages, telemetry and, unless DATABASE_URL and MQTT_URL name yours, an embedded database, an embedded broker and a simulated plant. Ctrl-C stops it.',
    )
    .option('--json', 'print where it runs as one JSON line once it is ready')
    .addOption(new Option('--watch', 'build and restart what changes (npm run dev)').hideHelp())
    .addHelpText(
      'after',
      '\nPorts are PORT (3000) and SENTIA_MQTT_PORT (1883); 0 takes a free one. Data are kept in SENTIA_DATA_DIR (./.sentia).',
    )
    .action(start);
}

async function start(options: { json?: true; watch?: true }): Promise<void> {
  // The terminal may go away before we do; what would be written to it then is lost, and that is all.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const settings = readSettings();
  await readMapping(settings.mapping).catch((error: unknown) => {
    throw error instanceof MappingProblem ? new CommandError(error.message, 2) : error;
  });
  const dataDir = path.resolve(settings.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDirectory(dataDir);
  try {
    const port = await choosePort(settings.port, settings.host);
    const mqttPort =
      settings.mqttUrl === null ? await choosePort(settings.mqttPort, '127.0.0.1') : settings.mqttPort;
    await runSentia({ ...settings, port, mqttPort }, dataDir, {
      json: options.json === true,
      watch: options.watch === true,
    });
  } finally {
    lock.release();
  }
}
