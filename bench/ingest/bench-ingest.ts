import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import postgres from 'postgres';
import { forkScript, type Script } from '../support/fork-script.ts';
import { findMosquitto, startMosquitto, type RunningBroker } from '../support/mosquitto.ts';
import { notMeasured, summarise, type Result, type Run, type Say } from '../support/result.ts';
import { startIngest } from '../support/start-ingest.ts';
import { startBareAedes } from './bare-aedes.ts';
import type { SubscribeOrder, Subscribed } from './bare-subscriber.ts';
import { measureControl, measureIngest, SIGNALS } from './measure-ingest.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 100_000);
/** Measures only the cases whose name holds this. */
const ONLY = process.env['BENCH_ONLY'] ?? '';
const WARM_UP_MESSAGES = 20_000;
const UNIT = 'readings/s';

interface Case {
  name: string;
  databaseUrl: string | null;
  feed: 'mqtt' | 'embedded';
}

/**
 * QoS 1 publish → committed row with late acknowledgement, against a bare MQTT.js subscriber that only parses JSON: same
 * broker, same messages, in turns within one run. One reading a message.
 */
export async function* benchIngest(say: Say): AsyncGenerator<Result> {
  const admin = process.env['SENTIA_TEST_DATABASE_URL'];
  const mosquitto = findMosquitto();
  const cases: Case[] = [
    { name: 'ingest/mosquitto/embedded-database', databaseUrl: null, feed: 'mqtt' },
    { name: 'ingest/embedded-broker/embedded-database', databaseUrl: null, feed: 'embedded' },
  ];
  const fresh = admin === undefined ? null : await createDatabase(admin);
  if (fresh === null) {
    yield notMeasured('ingest/mosquitto/postgres', UNIT, 'SENTIA_TEST_DATABASE_URL is not set');
  } else {
    cases.push(
      { name: 'ingest/mosquitto/postgres', databaseUrl: fresh.url, feed: 'mqtt' },
      { name: 'ingest/embedded-broker/postgres', databaseUrl: fresh.url, feed: 'embedded' },
    );
  }
  try {
    for (const one of cases.filter(({ name }) => name.includes(ONLY))) {
      if (one.feed === 'mqtt' && mosquitto === null)
        yield notMeasured(one.name, UNIT, 'mosquitto is not installed');
      else yield await measureCase(one, mosquitto ?? '', say);
    }
  } finally {
    await fresh?.drop();
  }
}

async function measureCase(one: Case, mosquitto: string, say: Say): Promise<Result> {
  say(`${one.name}: starting`);
  const publisher = forkScript(new URL('../support/raw-publisher.ts', import.meta.url));
  // The embedded broker hands nothing to subscribers of ours; its control is the same library with nothing behind it.
  const broker = one.feed === 'mqtt' ? await startMosquitto(mosquitto) : await startBareAedes();
  const subscriber = await subscribe(broker, one.feed === 'mqtt' ? 5 : 4);
  const ingest = await startIngest({
    databaseUrl: one.databaseUrl,
    mqttPort: one.feed === 'mqtt' ? broker.port : null,
  });
  try {
    await measureIngest(publisher, ingest, WARM_UP_MESSAGES);
    await measureControl(publisher, subscriber, broker.port, WARM_UP_MESSAGES);
    const runs: Run[] = [];
    const controlPerCpu: number[] = [];
    const readingsABatch: number[] = [];
    for (let run = 1; run <= RUNS; run++) {
      const control = await measureControl(publisher, subscriber, broker.port, MESSAGES);
      const ours = await measureIngest(publisher, ingest, MESSAGES);
      runs.push({ value: ours.rate, control: control.rate, perCpuSecond: ours.perCpuSecond });
      controlPerCpu.push(Math.round(control.perCpuSecond));
      readingsABatch.push(ours.readingsABatch);
      say(`${one.name}: run ${run} of ${RUNS}: ${Math.round(ours.rate)} against ${Math.round(control.rate)}`);
    }
    return summarise(one.name, UNIT, runs, {
      messages: MESSAGES,
      signals: SIGNALS,
      goal: 0.6,
      controlPerCpu,
      readingsABatch,
      loadAverage: loadavg()[0],
    });
  } finally {
    await ingest.stop();
    await subscriber.stop();
    await publisher.stop();
    await broker.stop();
  }
}

async function subscribe(broker: RunningBroker, protocolVersion: 4 | 5): Promise<Script> {
  const subscriber = forkScript(new URL('./bare-subscriber.ts', import.meta.url));
  subscriber.send({
    type: 'subscribe',
    port: broker.port,
    filter: 'bench/control/#',
    protocolVersion,
  } satisfies SubscribeOrder);
  await subscriber.next<Subscribed>('subscribed');
  return subscriber;
}

async function createDatabase(adminUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `sentia_bench_${randomBytes(6).toString('hex')}`;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  await admin.unsafe(`CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}
