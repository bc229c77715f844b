// The simulator's process: a plant that publishes like any customer's, through MQTT and Sentia's public API alone. It
// must never reach into Sentia by another way.
import { readFileSync } from 'node:fs';
import mqtt, { type IClientOptions } from 'mqtt';
import { pino } from 'pino';
import { systemClock } from '../../contracts/clock.ts';
import { parseEnvironment, type Settings } from '../../contracts/environment.ts';
import { internalSettingsSchema, type InternalSettings } from '../../contracts/internal-settings.ts';
import { BROKER_USER } from '../../contracts/simulated-plant.ts';
import { superviseProcess } from '../../contracts/supervised-process.ts';
import { DEFAULT_SEED, SIMULATED_SITES } from './layout/simulated-sites.ts';
import { createSimulator } from './simulator.ts';

const log = pino({ base: { process: 'simulator' }, level: process.env['SENTIA_LOG_LEVEL'] ?? 'info' });
let stop = () => Promise.resolve();
const supervised = superviseProcess({ stop: () => stop() });

const environment = parseEnvironment(process.env);
const internal = internalSettingsSchema.safeParse(parseJson(process.env['SENTIA_INTERNAL'] ?? ''));
if (!environment.ok) supervised.fatal(environment.lines.join('\n'));
else if (!internal.success)
  supervised.fatal('SENTIA_INTERNAL is missing or malformed. Start Sentia with "npm start".');
else await run(environment.settings, internal.data);

async function run(settings: Settings, { dataDir, brokerPasswords }: InternalSettings): Promise<void> {
  const address = settings.mqttUrl ?? `mqtt://127.0.0.1:${settings.mqttPort}`;
  const connect = (name: string) => mqtt.connect(address, brokerOptions(settings, brokerPasswords, name));
  const live = connect('live');
  const past = connect('past');
  const shown = new URL(address).host;
  let status = 'asking what is stored';
  let refusal: string | null = null;
  const onRefused = ({ message }: Error) => {
    // They try four times a second: what is heard again and again is told once.
    if (message !== refusal) log.warn({ broker: shown, reason: message }, 'the broker cannot be reached');
    refusal = message;
  };
  live.on('error', onRefused);
  past.on('error', onRefused);
  live.on('close', () => supervised.status(`waiting for the broker at ${shown}`));
  live.on('connect', () => {
    refusal = null;
    log.info({ broker: shown }, 'connected to the broker');
    supervised.status(status);
  });

  const onError = (error: unknown) => {
    log.error({ err: error }, 'the simulator cannot go on');
    process.exitCode = 1;
    process.exit();
  };
  const simulator = createSimulator({
    seed: process.env['SENTIA_SIMULATOR_SEED'] || DEFAULT_SEED,
    sites: SIMULATED_SITES,
    dataDir,
    mqtt: { live, past },
    apiUrl: settings.port === 0 ? null : `http://${urlHost(settings.host)}:${settings.port}/api/v1`,
    clock: systemClock,
    fetch,
    log,
    onStatus: (line) => {
      status = line;
      supervised.status(line);
    },
    onError,
  });
  stop = async () => {
    await simulator.stop();
    live.end(true);
    past.end(true);
  };
  await new Promise<void>((resolve) => live.once('connect', () => resolve()));
  supervised.ready(await simulator.start());
}

function brokerOptions(settings: Settings, passwords: Record<string, string>, name: string): IClientOptions {
  const options: IClientOptions = {
    // 3.1.1: the embedded broker speaks nothing newer (TRAPS T21), and any other speaks it too.
    protocolVersion: 4,
    clientId: `${BROKER_USER.simulator}-${name}-${process.pid}-${Date.now().toString(36)}`,
    keepalive: 5,
    reconnectPeriod: 250,
    connectTimeout: 5000,
  };
  if (settings.mqttUrl !== null) {
    return settings.mqttCa === null ? options : { ...options, ca: readFileSync(settings.mqttCa) };
  }
  const username = BROKER_USER.simulator;
  const password = passwords[username];
  return password === undefined ? options : { ...options, username, password };
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
