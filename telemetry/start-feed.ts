import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.ts';
import type { Settings } from '../contracts/environment.ts';
import type { InternalSettings } from '../contracts/internal-settings.ts';
import { DEMO_ORGANISATION } from '../contracts/simulated-plant.ts';
import { startEmbeddedFeed } from './feeds/embedded.ts';
import type { Feed } from './feeds/feed.ts';
import { createIdentify } from './feeds/identify.ts';
import { startMqttFeed } from './feeds/mqtt.ts';
import type { Ingest } from './ingest.ts';
import { plainFilters } from './sparkplug/sparkplug-filters.ts';

/** A setting that keeps the feed from starting: `message` is one line for people. */
export class FeedProblem extends Error {
  override readonly name = 'FeedProblem';
}

/** Without credentials one must be on this machine, so the embedded broker listens nowhere else. */
const EMBEDDED_HOST = '127.0.0.1';

/** Starts the feed that the settings name: a broker of the customer's, else the embedded one. @throws FeedProblem */
export async function startFeed(deps: {
  settings: Settings;
  internal: InternalSettings;
  installation: string;
  ingest: Pick<Ingest, 'take' | 'whenRoom'>;
  clock: Clock;
  log: Logger;
}): Promise<{ feed: Feed; port: number | null }> {
  const { settings, internal, ingest, clock, log } = deps;
  const { mqttUrl, mqttCa, mqttPort, topics } = settings;
  if (mqttUrl !== null) {
    const ca = await readAuthority(mqttCa);
    const clientId = `sentia-${deps.installation}`;
    const options = { url: mqttUrl, ca, topics: plainFilters(topics), clientId };
    return { feed: startMqttFeed({ options, ingest, clock, log }), port: null };
  }
  const identify = createIdentify({
    passwords: internal.brokerPasswords,
    defaultOrganisation: settings.organisation,
    simulatorOrganisation: DEMO_ORGANISATION.slug,
  });
  const feed = await startEmbeddedFeed({
    host: EMBEDDED_HOST,
    port: mqttPort,
    topics,
    identify,
    take: (message, onDurable) => ingest.take(message, onDurable),
    clock,
    log,
  }).catch((error: unknown) => {
    throw listenProblem(error, mqttPort);
  });
  return { feed, port: feed.port };
}

/** @returns the certificate that MQTT_CA names, null when it names none. @throws FeedProblem */
export async function readAuthority(path: string | null): Promise<Buffer | null> {
  if (path === null) return null;
  try {
    return await readFile(path);
  } catch (error) {
    throw new FeedProblem(
      `MQTT_CA cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

function listenProblem(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') {
    return new FeedProblem(
      `SENTIA_MQTT_PORT ${port} is in use by another program. Stop it, or set SENTIA_MQTT_PORT to a free port.`,
    );
  }
  if (code === 'EACCES') {
    return new FeedProblem(`SENTIA_MQTT_PORT ${port} may not be used by this user. Set one above 1023.`);
  }
  return error;
}
