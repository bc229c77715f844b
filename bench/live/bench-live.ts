import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cpuSecondsOf, residentBytes } from '../support/cpu.ts';
import { forkScript, type Script } from '../support/fork-script.ts';
import type { Published, PublishOrder } from '../support/raw-publisher.ts';
import { median, quantile, summarise, type Result, type Run, type Say } from '../support/result.ts';
import { startSentia } from '../support/start-sentia.ts';
import type { RelayListening } from './bare-relay-process.ts';
import type { Connected, ConnectOrder, Measured, MeasureOrder } from './sse-clients.ts';

const ROUNDS = Number(process.env['BENCH_RUNS'] ?? 3);
const FEW = 1;
const MANY = 500;
const CLIENTS = [FEW, 50, MANY];
const RATE = 2_000;
const SIGNALS = 200;
const WARM_UP_MS = 3_000;
/** A server that has just started grows for a while whoever watches: that growth is no client's. */
const SETTLE_MS = 20_000;
const REST_MS = 4_000;
const MEASURE_MS = 10_000;
const RSS_EVERY_MS = 500;
const GOALS = { p99: 250, memoryKb: 30 };

interface Target {
  httpPort: number;
  mqttPort: number;
  path: string;
  serverPid: number;
}
interface Series {
  byClients: Map<number, Taken[]>;
  /** Kilobytes a client, nothing being published. */
  atRest: number[];
}
interface Taken {
  p50: number;
  p99: number;
  residentKb: number;
  cpuShare: number;
  cut: number;
}

/**
 * Publish → bytes at an SSE client at 2,000 messages/s, with 1, 50 and 500 clients in a process of their own; the
 * control is a broker and a stream in one process that store nothing. Each round starts both anew.
 */
export async function* benchLive(say: Say): AsyncGenerator<Result> {
  const ours: Series = { byClients: new Map(), atRest: [] };
  const control: Series = { byClients: new Map(), atRest: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    await withRelay((target) => measureAll(target, control, say, `round ${round} of ${ROUNDS}, control`));
    await withSentia((target) => measureAll(target, ours, say, `round ${round} of ${ROUNDS}`));
  }
  for (const clients of CLIENTS) {
    const runs = ours.byClients.get(clients) ?? [];
    const controls = control.byClients.get(clients) ?? [];
    const notes = {
      rate: RATE,
      signals: SIGNALS,
      cut: runs.map(({ cut }) => cut),
      serverCpuShare: median(runs.map(({ cpuShare }) => cpuShare)),
    };
    for (const part of ['p50', 'p99'] as const) {
      const goal = part === 'p99' && clients === 500 ? { goal: GOALS.p99 } : {};
      yield summarise(
        `live/${clients}-clients/${part}`,
        'ms',
        pair(runs, controls, (taken) => taken[part]),
        {
          ...notes,
          ...goal,
        },
      );
    }
  }
  const memory = (name: string, values: readonly number[], controls: readonly number[]) =>
    summarise(
      name,
      'kB',
      values.map((value, i) => ({ value, control: controls[i] ?? null, perCpuSecond: null })),
      { goal: GOALS.memoryKb, between: `${FEW} and ${MANY} clients` },
    );
  yield memory('live/memory-per-client/at-rest', ours.atRest, control.atRest);
  yield memory('live/memory-per-client/under-load', underLoad(ours), underLoad(control));
}

function underLoad({ byClients }: Series): number[] {
  const few = byClients.get(FEW) ?? [];
  return (byClients.get(MANY) ?? []).map(
    (taken, i) => (taken.residentKb - (few[i]?.residentKb ?? 0)) / (MANY - FEW),
  );
}

function pair(runs: readonly Taken[], controls: readonly Taken[], part: (taken: Taken) => number): Run[] {
  return runs.map((taken, i) => {
    const control = controls[i];
    return { value: part(taken), control: control === undefined ? null : part(control), perCpuSecond: null };
  });
}

async function withRelay(work: (target: Target) => Promise<void>): Promise<void> {
  const relay = forkScript(new URL('./bare-relay-process.ts', import.meta.url));
  const { httpPort, mqttPort } = await relay.next<RelayListening>('listening');
  try {
    await work({ httpPort, mqttPort, path: '/', serverPid: relay.pid });
  } finally {
    await relay.stop();
  }
}

async function withSentia(work: (target: Target) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sentia-bench-'));
  const sentia = await startSentia({ dataDir, demo: false });
  try {
    const serverPid = await sentia.pidOf('server');
    await work({
      httpPort: sentia.port,
      mqttPort: sentia.mqttPort,
      path: '/api/v1/sites/bench/live',
      serverPid,
    });
  } finally {
    await sentia.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureAll(target: Target, into: Series, say: Say, label: string): Promise<void> {
  const publisher = forkScript(new URL('../support/raw-publisher.ts', import.meta.url));
  const viewers = forkScript(new URL('./sse-clients.ts', import.meta.url));
  try {
    // The site must be there before anybody can look at it.
    await publish(publisher, target.mqttPort, 2 * SIGNALS);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await open(viewers, target, FEW);
    await publish(publisher, target.mqttPort, (SETTLE_MS / 1000) * RATE);
    into.atRest.push(await measureAtRest(target, viewers));
    for (const clients of CLIENTS) {
      const taken = await measure(target, publisher, viewers, clients);
      into.byClients.set(clients, [...(into.byClients.get(clients) ?? []), taken]);
      const { p50, p99, residentKb } = taken;
      say(
        `live, ${label}, ${clients} clients: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${Math.round(residentKb / 1024)} MB`,
      );
    }
  } finally {
    await viewers.stop();
    await publisher.stop();
  }
}

async function measure(target: Target, publisher: Script, viewers: Script, clients: number): Promise<Taken> {
  await open(viewers, target, clients);
  const published = publish(publisher, target.mqttPort, ((WARM_UP_MS + MEASURE_MS + 1_000) / 1000) * RATE);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const cpuBefore = cpuSecondsOf([target.serverPid]);
  const resident: number[] = [];
  const sampling = setInterval(() => resident.push(residentBytes(target.serverPid) / 1024), RSS_EVERY_MS);
  viewers.send({ type: 'measure', forMs: MEASURE_MS } satisfies MeasureOrder);
  const measured = await viewers.next<Measured>('measured');
  clearInterval(sampling);
  const cpuShare = (cpuSecondsOf([target.serverPid]) - cpuBefore) / (MEASURE_MS / 1000);
  await published;
  return {
    p50: quantile(measured.latencies, 0.5) ?? Number.NaN,
    p99: quantile(measured.latencies, 0.99) ?? Number.NaN,
    residentKb: median(resident) ?? 0,
    cpuShare: Number(cpuShare.toFixed(2)),
    cut: measured.cut,
  };
}

async function open(viewers: Script, target: Target, clients: number): Promise<void> {
  viewers.send({
    type: 'connect',
    port: target.httpPort,
    path: target.path,
    clients,
  } satisfies ConnectOrder);
  await viewers.next<Connected>('connected');
}

async function measureAtRest(target: Target, viewers: Script): Promise<number> {
  const resident = async (clients: number) => {
    await open(viewers, target, clients);
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    return residentBytes(target.serverPid) / 1024;
  };
  const few = await resident(FEW);
  return ((await resident(MANY)) - few) / (MANY - FEW);
}

async function publish(publisher: Script, port: number, messages: number): Promise<void> {
  publisher.send({
    type: 'publish',
    port,
    topicPrefix: 'plants/bench/hall',
    signals: SIGNALS,
    messages,
    windowMessages: 10_000,
    rate: RATE,
  } satisfies PublishOrder);
  await publisher.next<Published>('published');
}
