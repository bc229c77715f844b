import { expect, test } from 'vitest';
import { healthSchema } from '../../contracts/health.ts';
import type { Processes } from '../../contracts/supervision.ts';
import { writerStatus } from '../../tests/support/writer-status.ts';
import { composeBeat } from '../live/beat.ts';
import { composeHealth, type HealthFacts } from './health.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const OK = { ok: true, detail: null };

function facts(
  changed: Partial<HealthFacts> = {},
  database = OK as { ok: boolean; detail: string | null },
): HealthFacts {
  const writers = [{ status: writerStatus({}), heardAtMs: NOW - 100 }];
  const broker = changed.broker ?? OK;
  const beat = composeBeat({ nowMs: NOW, position: 9, database, broker, writers });
  return {
    nowMs: NOW,
    pid: 1,
    live: { loaded: true, beat, writers },
    problem: null,
    broker,
    processes: null,
    ...changed,
  };
}

const health = (given: HealthFacts) => {
  const composed = composeHealth(given);
  healthSchema.parse(composed);
  return composed;
};

test('all parts at work are ok, without a supervisor and its simulator', () => {
  const { status, parts } = health(facts());
  expect(status).toBe('ok');
  expect(Object.keys(parts)).toEqual(['server', 'telemetry', 'database', 'broker']);
});

test('before the database is open the server is starting and says why', () => {
  const { status, parts } = health(
    facts({ live: null, problem: 'PostgreSQL at db:5432 refuses the password.' }),
  );
  expect(status).toBe('down');
  expect(parts).toMatchObject({
    server: { status: 'starting' },
    database: { status: 'down', detail: 'PostgreSQL at db:5432 refuses the password.' },
  });
});

test('a database that does not answer is down', () => {
  const { status, parts } = health(facts({}, { ok: false, detail: 'No answer for 1.5 s' }));
  expect(status).toBe('down');
  expect(parts['database']).toEqual({ status: 'down', detail: 'No answer for 1.5 s' });
});

test('a broker that is not heard is down', () => {
  expect(health(facts({ broker: { ok: false, detail: 'refused' } })).parts['broker']).toEqual({
    status: 'down',
    detail: 'refused',
  });
});

test('a writer that was heard and fell silent is down, one never heard is starting', () => {
  const given = facts();
  const silent = [{ status: writerStatus({}), heardAtMs: NOW - 2001 }];
  const live = given.live;
  if (live === null) throw new Error('the fixture is live');
  expect(health({ ...given, live: { ...live, writers: silent } }).parts['telemetry']?.status).toBe('down');
  expect(health({ ...given, live: { ...live, writers: [] } }).parts['telemetry']?.status).toBe('starting');
});

test('a writer that cannot store is degraded', () => {
  const given = facts();
  const writers = [{ status: writerStatus({ databaseError: 'disk full' }), heardAtMs: NOW }];
  const live = given.live && { ...given.live, writers };
  expect(health({ ...given, live })).toMatchObject({
    status: 'degraded',
    parts: { telemetry: { status: 'degraded', detail: 'Cannot store: disk full' } },
  });
});

test('processes carry their pid, and one that is not running is not ok', () => {
  const running = { pid: 5, status: 'running', detail: '', restarts: 0 } as const;
  const processes: Processes = {
    database: { ...running, pid: 2 },
    telemetry: { ...running, pid: 3 },
    simulator: { ...running, pid: null, status: 'stopped' },
  };
  expect(health(facts({ processes }))).toMatchObject({
    status: 'down',
    parts: {
      server: { pid: 1 },
      database: { status: 'ok', pid: 2 },
      telemetry: { status: 'ok', pid: 3 },
      simulator: { status: 'down', detail: 'Is stopped' },
    },
  });
});

test('a job that fails makes telemetry degraded, and says which and why', () => {
  const failure = { since: NOW - 10_000, message: 'out of shared memory' };
  const jobs = [{ name: 'rollups', everyMs: 10_000, lastOkAt: NOW - 20_000, failure }];
  const writers = [{ status: writerStatus({ jobs }), heardAtMs: NOW - 100 }];
  const beat = composeBeat({ nowMs: NOW, position: 9, database: OK, broker: OK, writers });
  const { status, parts } = health(facts({ live: { loaded: true, beat, writers } }));
  expect(status).toBe('degraded');
  expect(parts['telemetry']).toMatchObject({
    status: 'degraded',
    detail: 'The job rollups fails: out of shared memory',
  });
});
