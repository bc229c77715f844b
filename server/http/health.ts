import type { Health, PartStatus } from '../../contracts/health.ts';
import type { Beat } from '../../contracts/live.ts';
import type { Processes, ProcessName } from '../../contracts/supervision.ts';
import type { PartState } from '../live/beat.ts';
import { WRITER_GONE_MS, type HeardWriter } from '../live/writer-book.ts';

type Parts = NonNullable<Health['parts']>;
type Part = Parts[string];

/** What `/healthz` is made of; everything but the processes is what this server sees with its own eyes. */
export interface HealthFacts {
  nowMs: number;
  pid: number;
  /** null while the database was not opened yet; `problem` says why. */
  live: { loaded: boolean; beat: Beat; writers: readonly HeardWriter[] } | null;
  problem: string | null;
  broker: PartState;
  /** What the supervisor tells; null without one. */
  processes: Processes | null;
}

/** Ok only when every part is. A part that its supervisor says is not running is not ok, whatever was last heard of it. */
export function composeHealth(facts: HealthFacts): Health & { parts: Parts } {
  const { processes } = facts;
  const parts: Parts = {
    server: { ...serverPart(facts), pid: facts.pid },
    telemetry: supervised(telemetryPart(facts), 'telemetry', processes),
    database: supervised(databasePart(facts), 'database', processes),
    broker: brokerPart(facts),
  };
  const simulator = processes?.simulator;
  if (simulator !== undefined) {
    parts['simulator'] = supervised({ status: 'ok', detail: simulator.detail }, 'simulator', processes);
  }
  const all = Object.values(parts);
  const down = all.some((part) => part.status === 'down');
  const ok = all.every((part) => part.status === 'ok');
  return { status: ok ? 'ok' : down ? 'down' : 'degraded', parts };
}

function serverPart({ live }: HealthFacts): Part {
  if (live === null) return { status: 'starting', detail: 'Waiting for the database' };
  if (!live.loaded) return { status: 'starting', detail: 'Loading the live picture' };
  return { status: 'ok', detail: `Follows the ledger, at position ${live.beat.position}` };
}

function databasePart({ live, problem }: HealthFacts): Part {
  if (live === null)
    return { status: problem === null ? 'starting' : 'down', detail: problem ?? 'Being opened' };
  const { ok, detail } = live.beat.database;
  if (ok) return { status: 'ok', detail: 'Answers' };
  return { status: live.loaded ? 'down' : 'starting', detail: detail ?? 'Does not answer' };
}

function telemetryPart({ live, nowMs }: HealthFacts): Part {
  const writers = live?.writers ?? [];
  const present = writers.filter((writer) => nowMs - writer.heardAtMs <= WRITER_GONE_MS);
  if (present.length === 0) {
    return { status: writers.length === 0 ? 'starting' : 'down', detail: 'Is not heard over the broker' };
  }
  const stuck = present.find((writer) => writer.status.spool.problem !== null)?.status.spool.problem;
  if (stuck) return { status: 'degraded', detail: `The spool takes nothing: ${stuck}` };
  const error = present.find((writer) => writer.status.databaseError !== null)?.status.databaseError;
  const spooled = present.reduce((sum, writer) => sum + writer.status.spool.readings, 0);
  const waiting = spooled === 0 ? '' : `, ${spooled} wait in the spool`;
  if (error) return { status: 'degraded', detail: `Cannot store: ${error}${waiting}` };
  const failing = present.flatMap(({ status }) => status.jobs).find((job) => job.failure !== null);
  if (failing?.failure) {
    return { status: 'degraded', detail: `The job ${failing.name} fails: ${failing.failure.message}` };
  }
  const rate = present.reduce((sum, writer) => sum + writer.status.readingsPerS, 0);
  return {
    status: 'ok',
    detail: `${present.length} ${present.length === 1 ? 'writer' : 'writers'}, ${Math.round(rate)} readings a second${waiting}`,
  };
}

function brokerPart({ broker, live }: HealthFacts): Part {
  if (!broker.ok) return { status: 'down', detail: broker.detail ?? 'Is not connected' };
  const feeds = live?.beat.feeds ?? [];
  const connected = feeds.find((feed) => !feed.gone);
  if (connected !== undefined) return { status: 'ok', detail: connected.address };
  if (feeds.length === 0) return { status: 'starting', detail: 'No feed is heard of yet' };
  return { status: 'down', detail: feeds[0]?.detail ?? 'No feed is connected' };
}

function supervised(part: Part, name: ProcessName, processes: Processes | null): Part {
  const process = processes?.[name];
  if (process === undefined) return part;
  const pid = process.pid === null ? {} : { pid: process.pid };
  const status = SUPERVISED[process.status];
  if (status === null) return { ...part, ...pid };
  return { status, detail: process.detail === '' ? `Is ${process.status}` : process.detail, ...pid };
}

const SUPERVISED: Record<'starting' | 'running' | 'restarting' | 'stopped', PartStatus | null> = {
  running: null,
  starting: 'starting',
  restarting: 'down',
  stopped: 'down',
};
