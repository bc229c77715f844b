import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';
import type { Settings } from '../contracts/environment.ts';
import type { Leases } from '../contracts/leases.ts';
import type { Ingest } from './ingest.ts';
import { createSparkplug, type Sparkplug } from './sparkplug/sparkplug.ts';
import { sparkplugFilters } from './sparkplug/sparkplug-filters.ts';
import { readAuthority } from './start-feed.ts';

/** Puts the Sparkplug host together as the settings say; null when they name none of its topics. @throws FeedProblem */
export async function prepareSparkplug(deps: {
  settings: Pick<Settings, 'topics' | 'mqttUrl' | 'mqttCa' | 'sparkplugHost' | 'sparkplugReorderMs'>;
  installation: string;
  ingest: Ingest;
  database: Database;
  leases: Leases;
  clock: Clock;
  log: Logger;
  onPosition: (position: number) => void;
}): Promise<Sparkplug | null> {
  const { settings, installation, ...rest } = deps;
  const topics = sparkplugFilters(settings.topics);
  if (topics.length === 0) return null;
  const { mqttUrl: url, mqttCa } = settings;
  const clientId = `sentia-${installation}-sparkplug`;
  const broker = url === null ? null : { url, ca: await readAuthority(mqttCa), topics, clientId };
  return createSparkplug({
    hostId: settings.sparkplugHost,
    reorderTimeoutMs: settings.sparkplugReorderMs,
    broker,
    ...rest,
  });
}
