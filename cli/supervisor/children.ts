import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Settings } from '../../contracts/environment.ts';
import type { InternalSettings } from '../../contracts/internal-settings.ts';
import { BROKER_USER } from '../../contracts/simulated-plant.ts';
import type { ProcessName } from '../../contracts/supervision.ts';

/** Which processes these settings need, in the order of starting (DESIGN §2). */
export function neededProcesses(settings: { databaseUrl: string | null }, demo: boolean): ProcessName[] {
  return [
    ...(settings.databaseUrl === null ? (['database'] as const) : []),
    ...(['telemetry', 'server'] as const),
    ...(demo ? (['simulator'] as const) : []),
  ];
}

/** Passwords of Sentia's own broker users: new at each start, known to its processes alone. */
export function makeBrokerPasswords(): Record<string, string> {
  return Object.fromEntries(
    Object.values(BROKER_USER).map((user) => [user, randomBytes(24).toString('base64url')]),
  );
}

/**
 * The variables that children get: ours made definite, the rest as they are. Relative paths are made absolute, since a
 * child's working directory is the project's.
 */
export function childEnvironment(
  environment: Record<string, string | undefined>,
  settings: Pick<Settings, 'port' | 'mqttPort' | 'mqttUrl' | 'mqttCa'> & Partial<Pick<Settings, 'mapping'>>,
  internal: InternalSettings,
): NodeJS.ProcessEnv {
  const { mapping = null } = settings;
  return {
    ...environment,
    NODE_ENV: environment['NODE_ENV'] === 'development' ? 'development' : 'production',
    PORT: String(settings.port),
    SENTIA_DATA_DIR: internal.dataDir,
    SENTIA_INTERNAL: JSON.stringify(internal),
    ...(settings.mqttUrl === null ? { SENTIA_MQTT_PORT: String(settings.mqttPort) } : {}),
    ...(mapping === null ? {} : { SENTIA_MAPPING: path.resolve(mapping) }),
    ...(settings.mqttCa === null ? {} : { MQTT_CA: path.resolve(settings.mqttCa) }),
  };
}
