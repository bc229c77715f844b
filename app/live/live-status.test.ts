import { expect, test } from 'vitest';
import { beatFixture, machineFixture, signalFixture, T0 } from '../../tests/support/live-fixture.ts';
import { judgeFirst, judgeLive } from './live-status.ts';
import { isMachineStale, isSignalStale, lastHeardAt } from './staleness.ts';

const judge = (input: Partial<Parameters<typeof judgeLive>[0]> = {}) =>
  judgeLive({
    beat: beatFixture(),
    heardAgoMs: 200,
    waitingMs: 60_000,
    connection: { open: true },
    online: true,
    lastLiveAt: T0,
    ...input,
  });

test('a page whose beats come is live', () => {
  expect(judge({ heardAgoMs: 2_499 })).toEqual({ kind: 'live' });
});

test('a page is stale once beats have been missing for 2.5 s, with the reason that is known', () => {
  expect(judge({ heardAgoMs: 2_500 })).toEqual({
    kind: 'stale',
    reason: 'The server has gone silent',
    lastLiveAt: T0,
  });
  const connection = { open: false, detail: 'The server cannot be reached' } as const;
  expect(judge({ heardAgoMs: 2_500, connection })).toMatchObject({ reason: 'The server cannot be reached' });
  expect(judge({ heardAgoMs: 2_500, connection, online: false })).toMatchObject({
    reason: 'This device is offline',
  });
});

test('a page is stale when the server does not vouch for it, however fresh its beat', () => {
  const beat = beatFixture({ live: false, reason: 'The database does not answer' });
  expect(judge({ beat })).toMatchObject({ kind: 'stale', reason: 'The database does not answer' });
  expect(judgeFirst(beat)).toMatchObject({ kind: 'stale', reason: 'The database does not answer' });
});

test('a page that has just opened is neither live nor stale until the first beat or 2.5 s', () => {
  expect(judgeFirst(beatFixture())).toEqual({ kind: 'connecting' });
  expect(judge({ heardAgoMs: null, waitingMs: 2_400 })).toEqual({ kind: 'connecting' });
  expect(judge({ heardAgoMs: null, waitingMs: 2_500, lastLiveAt: null })).toMatchObject({
    kind: 'stale',
    lastLiveAt: null,
  });
});

test('a page opened without a network is stale at once', () => {
  expect(judge({ heardAgoMs: null, waitingMs: 0, online: false })).toMatchObject({
    reason: 'This device is offline',
  });
});

test('a value is stale when it is older than its signal allows; one that never came is not', () => {
  expect(isSignalStale({ at: T0, staleAfterMs: 3000, goneSince: null }, T0 + 3000)).toBe(false);
  expect(isSignalStale({ at: T0, staleAfterMs: 3000, goneSince: null }, T0 + 3001)).toBe(true);
  expect(isSignalStale({ at: null, staleAfterMs: 3000, goneSince: null }, T0)).toBe(false);
});

test('a value that does not age is stale only when its machine is known to be gone', () => {
  const signal = { at: T0, staleAfterMs: null, goneSince: null };
  expect(isSignalStale(signal, T0 + 86_400_000)).toBe(false);
  expect(isSignalStale({ ...signal, goneSince: T0 + 1 }, T0 + 1)).toBe(true);
  expect(isSignalStale({ ...signal, at: null, goneSince: T0 }, T0)).toBe(false);
});

test('a machine is stale when none of its signals is fresh', () => {
  const old = signalFixture({ signalId: 1, at: T0 - 60_000 });
  const fresh = signalFixture({ signalId: 2, at: T0 });
  expect(isMachineStale(machineFixture({ signals: [old, fresh] }), T0)).toBe(false);
  expect(isMachineStale(machineFixture({ signals: [old] }), T0)).toBe(true);
  expect(isMachineStale(machineFixture({ signals: [signalFixture({ at: null })] }), T0)).toBe(false);
  expect(lastHeardAt(machineFixture({ signals: [old, fresh] }))).toBe(T0);
  expect(lastHeardAt(machineFixture({ signals: [] }))).toBeNull();
});
