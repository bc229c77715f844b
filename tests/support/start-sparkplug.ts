import mqtt, { type MqttClient } from 'mqtt';
import { systemClock, type Clock } from '../../contracts/clock.ts';
import { parseEnvironment } from '../../contracts/environment.ts';
import type { FeedStatus } from '../../contracts/feed.ts';
import { createLeases } from '../../prisma/leases.ts';
import type { Feed } from '../../telemetry/feeds/feed.ts';
import { prepareSparkplug } from '../../telemetry/prepare-sparkplug.ts';
import { startFeed } from '../../telemetry/start-feed.ts';
import { quietLog, startPipeline, type TestPipeline } from './start-pipeline.ts';
import type { TestDatabase } from './test-database.ts';

export interface RunningSparkplug {
  pipeline: TestPipeline;
  feed: Feed;
  /** Of the embedded broker; the given one's else. */
  url: string;
  status(): FeedStatus[];
  /** As a process that stops does it. */
  stop(): Promise<void>;
  /** As a process that dies does it: nobody is told. */
  crash(): Promise<void>;
}

/** Everything of telemetry that Sparkplug B passes through, wired as in its main.ts, without the process. */
export async function startSparkplug(
  db: TestDatabase,
  over: { name?: string; mqttUrl?: string; reorderMs?: number; clock?: Clock } = {},
): Promise<RunningSparkplug> {
  const { name = 'one', clock = systemClock } = over;
  const environment = parseEnvironment({
    SENTIA_SPARKPLUG_REORDER_MS: String(over.reorderMs ?? 300),
    ...(over.mqttUrl === undefined ? { SENTIA_MQTT_PORT: '0' } : { MQTT_URL: over.mqttUrl }),
  });
  if (!environment.ok) throw new Error(environment.lines.join('\n'));
  const { settings } = environment;
  const pipeline = await startPipeline(db.database, { clock, writer: `telemetry-${name}` });
  const asker = { role: 'sentia_writer' } as const;
  const leases = createLeases({ database: db.database, asker, holder: `telemetry-${name}` });
  const onPosition = () => undefined;
  const { ingest } = pipeline;
  const common = { settings, installation: name, clock, log: quietLog };
  const sparkplug = await prepareSparkplug({ ...common, ingest, database: db.database, leases, onPosition });
  if (sparkplug === null) throw new Error('Sparkplug is among the default topics');
  await sparkplug.start();
  const internal = { dataDir: '', databaseSocketDir: null, brokerPasswords: {}, demo: false };
  const intake = { ...ingest, take: sparkplug.take };
  const { feed, port } = await startFeed({ ...common, internal, ingest: intake });
  sparkplug.attach(feed);
  return {
    pipeline,
    feed,
    url: over.mqttUrl ?? `mqtt://127.0.0.1:${port}`,
    status: () => sparkplug.status(),
    stop: async () => {
      sparkplug.farewell();
      await feed.stop();
      await sparkplug.stop();
      await ingest.drain();
    },
    crash: async () => {
      await feed.stop();
    },
  };
}

export interface Heard {
  topic: string;
  payload: Buffer;
  retain: boolean;
  qos: number;
}

/** A client that plays an edge node and hears all that is said under spBv1.0/. */
export async function connectEdge(
  url: string,
  will?: { topic: string; payload: Buffer },
): Promise<{ client: MqttClient; heard: Heard[] }> {
  const client = await mqtt.connectAsync(url, {
    reconnectPeriod: 0,
    ...(will === undefined ? {} : { will: { ...will, qos: 1 as const, retain: false } }),
  });
  const heard: Heard[] = [];
  client.on('message', (topic, payload, { retain, qos }) => heard.push({ topic, payload, retain, qos }));
  await client.subscribeAsync('spBv1.0/#', { qos: 1 });
  return { client, heard };
}
