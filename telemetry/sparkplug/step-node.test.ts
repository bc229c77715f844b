import { expect, test } from 'vitest';
import { parseEnvironment } from '../../contracts/environment.ts';
import { sparkplugPayload, type SentMetric } from '../../tests/support/sparkplug-payload.ts';
import { decodePayload } from './decode-payload.ts';
import { MAX_HELD, type Effect, type NodeMessage, type NodeState } from './node-state.ts';
import { createNode, dueAtMs, stepNode, type NodeInput } from './step-node.ts';

const T0 = Date.UTC(2026, 10, 20, 12);
const RULES = { reorderTimeoutMs: 2_000 };
type Type = NodeMessage<string>['type'];

interface Sent {
  seq?: number;
  device?: string;
  /** When it was sent, in ms after the beginning; arrival unless told. */
  at?: number;
  metrics?: SentMetric[];
}

/** An edge node seen by the host, and time that the test moves. Tokens are the order of the messages. */
function createEdge() {
  let state: NodeState<string> = createNode({ line: 'Plant1/sparkplug/EdgeA', machine: 'EdgeA' });
  let nowMs = T0;
  let sent = 0;
  const effects: Effect<string>[] = [];

  function step(input: NodeInput<string>): Effect<string>[] {
    const stepped = stepNode(state, input, nowMs, RULES);
    state = stepped.state;
    effects.push(...stepped.effects);
    return [...stepped.effects];
  }

  return {
    effects,
    dueInMs: () => {
      const due = dueAtMs(state);
      return due === null ? null : due - nowMs;
    },
    send: (type: Type, { seq, device, at = nowMs - T0, metrics = [] }: Sent = {}) => {
      const bytes = sparkplugPayload({ at: T0 + at, metrics, ...(seq === undefined ? {} : { seq }) });
      const payload = decodePayload(bytes);
      if (!payload.ok) throw new Error(payload.detail);
      return step({
        kind: 'message',
        message: {
          ...{ type, device: device ?? null, payload: payload.value, size: bytes.byteLength },
          ...{ receivedAtMs: nowMs, token: String(++sent) },
        },
      });
    },
    lost: () => step({ kind: 'lost' }),
    want: () => step({ kind: 'wanted' }),
    /** Moves time on, with a tick whenever one is due. */
    wait: (ms: number) => {
      const until = nowMs + ms;
      const done: Effect<string>[] = [];
      for (let due = dueAtMs(state); due !== null && due <= until; due = dueAtMs(state)) {
        nowMs = Math.max(nowMs, due);
        done.push(...step({ kind: 'tick' }));
      }
      nowMs = until;
      return done;
    },
  };
}

const bdSeq = (value: number): SentMetric => ({ name: 'bdSeq', type: 'Int64', value });
const REBIRTH: SentMetric = { name: 'Node Control/Rebirth', type: 'Boolean', value: false };
const POWER: SentMetric = { name: 'Line/Power', alias: 1, type: 'Double', value: 10 };
const SPEED: SentMetric = { name: 'Speed', alias: 2, type: 'Int32', value: 100 };
const speed = (value: number): SentMetric => ({ alias: 2, value, type: 'Int32' });

/** Born with one device. */
function bornEdge() {
  const edge = createEdge();
  edge.send('NBIRTH', { seq: 0, metrics: [bdSeq(3), REBIRTH, POWER] });
  edge.send('DBIRTH', { seq: 1, device: 'Press', metrics: [SPEED] });
  edge.effects.length = 0;
  return edge;
}

const asked = (effects: readonly Effect<string>[]) => effects.filter(({ kind }) => kind === 'rebirth').length;
const goneOf = (effects: readonly Effect<string>[]) =>
  effects.flatMap((effect) => (effect.kind === 'gone' ? [[effect.machine, effect.sinceMs - T0]] : []));
const bornOf = (effects: readonly Effect<string>[]) =>
  effects.flatMap((effect) => (effect.kind === 'born' ? [effect.machine] : []));
const valuesOf = (effects: readonly Effect<string>[]) =>
  effects.flatMap((effect) =>
    effect.kind === 'decoded' ? effect.decoded.readings.map(({ value }) => value) : [],
  );
const reasonsOf = (effects: readonly Effect<string>[]) =>
  effects.flatMap((effect) =>
    effect.kind === 'decoded' ? effect.decoded.refusals.map(({ reason }) => reason) : [],
  );
const donesOf = (effects: readonly Effect<string>[]) =>
  effects.flatMap((effect) => (effect.kind === 'decoded' ? [effect.token] : []));

const NODE = 'Plant1/sparkplug/EdgeA/EdgeA';
const PRESS = 'Plant1/sparkplug/EdgeA/Press';

test('births name machines and signals, and their values are readings', () => {
  const edge = createEdge();
  const [node] = edge.send('NBIRTH', { seq: 0, metrics: [bdSeq(3), REBIRTH, POWER] });
  expect(node).toMatchObject({
    kind: 'decoded',
    decoded: {
      readings: [{ path: `${NODE}/Line.Power`, value: 10, kind: 'number', atMicros: T0 * 1000 }],
      refusals: [],
    },
  });
  edge.send('DBIRTH', { seq: 1, device: 'Press', metrics: [SPEED] });
  expect(edge.effects.filter(({ kind }) => kind === 'born')).toMatchObject([
    { machine: NODE, signals: ['Line.Power'] },
    { machine: PRESS, signals: ['Speed'] },
  ]);
});

test('data by alias alone are those of the birth', () => {
  const edge = bornEdge();
  const [done] = edge.send('DDATA', {
    seq: 2,
    device: 'Press',
    metrics: [{ alias: 2, type: 'Int32', value: 120 }],
  });
  expect(done).toMatchObject({ decoded: { readings: [{ path: `${PRESS}/Speed`, value: 120 }] } });
});

test('a device named like its edge node has a machine of its own', () => {
  const edge = bornEdge();
  expect(bornOf(edge.send('DBIRTH', { seq: 2, device: 'EdgeA', metrics: [SPEED] }))).toEqual([
    'Plant1/sparkplug/EdgeA/EdgeA.device',
  ]);
});

test.each([
  { name: 'an alias', metric: { alias: 99, type: 'Int32', value: 1 } },
  { name: 'a name', metric: { name: 'Other', type: 'Int32', value: 1 } },
] satisfies { name: string; metric: SentMetric }[])(
  '$name that the birth did not announce is refused, its neighbours are not, and births are asked for',
  ({ metric }) => {
    const edge = bornEdge();
    const done = edge.send('DDATA', { seq: 2, device: 'Press', metrics: [metric, speed(7)] });
    expect(reasonsOf(done)).toEqual(['unknown_metric']);
    expect(valuesOf(done)).toEqual([7]);
    expect(asked(done)).toBe(1);
  },
);

test.each(['NDATA', 'DDATA', 'DBIRTH'] as const)(
  '%s before any birth is refused, and births are asked for',
  (type) => {
    const edge = createEdge();
    const done = edge.send(type, {
      seq: 5,
      metrics: [SPEED],
      ...(type === 'NDATA' ? {} : { device: 'Press' }),
    });
    expect([reasonsOf(done), asked(done)]).toEqual([['no_session'], 1]);
  },
);

test('an alias given twice by a birth names nothing', () => {
  const edge = createEdge();
  edge.send('NBIRTH', { seq: 0, metrics: [POWER, { ...SPEED, alias: 1 }] });
  const done = edge.send('NDATA', { seq: 1, metrics: [{ alias: 1, type: 'Int32', value: 1 }] });
  expect([reasonsOf(done), asked(done)]).toEqual([['bad_sparkplug'], 0]);
});

test('what is called historical makes the message late', () => {
  const edge = bornEdge();
  const late = { ...speed(5), at: T0 - 3_600_000, historical: true };
  expect(edge.send('DDATA', { seq: 2, device: 'Press', metrics: [late] })[0]).toMatchObject({
    decoded: { late: true },
  });
  expect(edge.send('DDATA', { seq: 3, device: 'Press', metrics: [speed(6)] })[0]).not.toMatchObject({
    decoded: { late: true },
  });
});

test('null is no value of bad quality, of the kind that the birth told', () => {
  const edge = bornEdge();
  const [done] = edge.send('DDATA', { seq: 2, device: 'Press', metrics: [{ alias: 2, value: null }] });
  expect(done).toMatchObject({ decoded: { readings: [{ value: null, quality: 'bad', kind: 'number' }] } });
});

test('tck-id-operational-behavior-host-reordering-param the time to wait is a setting', () => {
  const waitOf = (given: Record<string, string>) => {
    const parsed = parseEnvironment(given);
    return parsed.ok ? parsed.settings.sparkplugReorderMs : null;
  };
  expect([waitOf({}), waitOf({ SENTIA_SPARKPLUG_REORDER_MS: '500' })]).toEqual([2_000, 500]);
});

test('tck-id-operational-behavior-host-reordering-start a message out of order begins the wait', () => {
  const edge = bornEdge();
  expect(edge.dueInMs()).toBeNull();
  expect(edge.send('DDATA', { seq: 3, device: 'Press', metrics: [speed(3)] })).toEqual([]);
  expect(edge.dueInMs()).toBe(RULES.reorderTimeoutMs);
});

test('tck-id-operational-behavior-host-reordering-success what was missing comes: all is read in order, and nothing is asked', () => {
  const edge = bornEdge();
  edge.send('DDATA', { seq: 4, device: 'Press', metrics: [speed(4)] });
  edge.send('DDATA', { seq: 3, device: 'Press', metrics: [speed(3)] });
  edge.wait(1_999);
  expect(valuesOf(edge.send('DDATA', { seq: 2, device: 'Press', metrics: [speed(2)] }))).toEqual([2, 3, 4]);
  expect(edge.dueInMs()).toBeNull();
  edge.wait(60_000);
  expect(asked(edge.effects)).toBe(0);
});

test('tck-id-operational-behavior-host-reordering-rebirth what was missing does not come: births are asked for, exactly once', () => {
  const edge = bornEdge();
  edge.send('DDATA', { seq: 4, device: 'Press', metrics: [speed(4)] });
  edge.send('DDATA', { seq: 3, device: 'Press', metrics: [speed(3)] });
  expect(edge.wait(1_999)).toEqual([]);
  const done = edge.wait(1);
  expect([valuesOf(done), asked(done)]).toEqual([[3, 4], 1]);
  edge.send('DDATA', { seq: 5, device: 'Press', metrics: [speed(5)] });
  edge.wait(600_000);
  expect(asked(edge.effects)).toBe(1);
});

test('after a gap that was filled the next gap is waited for anew', () => {
  const edge = bornEdge();
  edge.send('DDATA', { seq: 3, device: 'Press', metrics: [speed(3)] });
  edge.send('DDATA', { seq: 5, device: 'Press', metrics: [speed(5)] });
  edge.wait(1_500);
  edge.send('DDATA', { seq: 2, device: 'Press', metrics: [speed(2)] });
  expect(edge.wait(1_999)).toEqual([]);
  expect(asked(edge.wait(1))).toBe(1);
});

test('numbers go around after 255', () => {
  const edge = bornEdge();
  for (let seq = 2; seq < 600; seq++)
    expect(valuesOf(edge.send('DDATA', { seq: seq & 255, device: 'Press', metrics: [speed(seq)] }))).toEqual([
      seq,
    ]);
  expect(edge.dueInMs()).toBeNull();
});

test('a repetition is read again, so that it counts as one, and changes nothing', () => {
  const edge = bornEdge();
  edge.send('DDATA', { seq: 2, device: 'Press', metrics: [speed(2)] });
  expect(valuesOf(edge.send('DDATA', { seq: 2, device: 'Press', metrics: [speed(2)] }))).toEqual([2]);
  edge.send('DDEATH', { seq: 3, device: 'Press' });
  edge.send('DBIRTH', { seq: 4, device: 'Press', metrics: [SPEED] });
  expect(goneOf(edge.send('DDEATH', { seq: 3, device: 'Press' }))).toEqual([]);
  expect(asked(edge.effects)).toBe(0);
});

test('more than can be held ends the wait', () => {
  const edge = bornEdge();
  for (let i = 0; i < MAX_HELD; i++) edge.send('DDATA', { seq: 3, device: 'Press', metrics: [speed(i)] });
  expect(donesOf(edge.effects)).toEqual([]);
  expect(donesOf(edge.send('DDATA', { seq: 4, device: 'Press', metrics: [speed(4)] }))).toHaveLength(
    MAX_HELD + 1,
  );
  expect(asked(edge.effects)).toBe(1);
});

test('every message is told done exactly once, whatever order they come in', () => {
  const edge = bornEdge();
  for (const seq of [5, 4, 2, 2, 9, 8, 200, 7, 3])
    edge.send('DDATA', { seq, device: 'Press', metrics: [speed(seq)] });
  edge.wait(10_000);
  edge.send('NBIRTH', { seq: 0, metrics: [bdSeq(4), POWER] });
  edge.send('DDATA', { seq: 7, device: 'Press' });
  edge.lost();
  const done = donesOf(edge.effects)
    .map(Number)
    .sort((a, b) => a - b);
  expect(done).toEqual(Array.from({ length: 11 }, (_, i) => i + 3));
});

test('a device born before its node, on its way, belongs to the new session', () => {
  const edge = bornEdge();
  edge.wait(10_000);
  edge.send('DBIRTH', { seq: 9, device: 'Mill', metrics: [SPEED], at: 10_002 });
  const done = edge.send('NBIRTH', { seq: 8, metrics: [bdSeq(4), POWER], at: 10_001 });
  expect(bornOf(done)).toEqual([NODE, 'Plant1/sparkplug/EdgeA/Mill']);
  // Nothing is held any more, so nothing is waited for but the other device's birth.
  edge.send('DBIRTH', { seq: 10, device: 'Press', metrics: [SPEED] });
  edge.wait(2_000);
  expect([edge.dueInMs(), asked(edge.effects)]).toEqual([null, 0]);
});

test('requests are limited: each doubles the pause, a birth ends them', () => {
  const edge = createEdge();
  for (let ms = 0; ms < 60_000; ms += 100) {
    edge.send('NDATA', { seq: 1, metrics: [POWER] });
    edge.wait(100);
  }
  // At 0, 2, 6, 14 and 30 s; the next comes at 62 s.
  expect(asked(edge.effects)).toBe(5);
  edge.send('NBIRTH', { seq: 0, metrics: [bdSeq(1), POWER] });
  edge.wait(600_000);
  expect(asked(edge.effects)).toBe(5);
});

test('a request that came too early is sent later', () => {
  const edge = createEdge();
  edge.send('NDATA', { seq: 1 });
  edge.wait(100);
  edge.send('NDATA', { seq: 2 });
  expect(asked(edge.effects)).toBe(1);
  expect(asked(edge.wait(1_899))).toBe(0);
  expect(asked(edge.wait(1))).toBe(1);
});

test('tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline a node is gone from the arrival of its death', () => {
  const edge = bornEdge();
  edge.wait(5_000);
  expect(goneOf(edge.send('NDEATH', { at: 0, metrics: [bdSeq(3)] }))).toContainEqual([NODE, 5_000]);
});

test('tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-offline its devices are gone with it', () => {
  const edge = bornEdge();
  edge.wait(5_000);
  expect(goneOf(edge.send('NDEATH', { at: 0, metrics: [bdSeq(3)] }))).toContainEqual([PRESS, 5_000]);
  expect(reasonsOf(edge.send('DDATA', { seq: 2, device: 'Press', metrics: [speed(1)] }))).toEqual([
    'no_session',
  ]);
});

test('tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline a device is gone since the time of its death', () => {
  const edge = bornEdge();
  edge.wait(5_000);
  expect(goneOf(edge.send('DDEATH', { seq: 2, device: 'Press', at: 4_000 }))).toEqual([[PRESS, 4_000]]);
  expect(reasonsOf(edge.send('DDATA', { seq: 3, device: 'Press', metrics: [speed(1)] }))).toEqual([
    'no_session',
  ]);
});

test('a death that claims to come from the future counts from its arrival', () => {
  const edge = bornEdge();
  expect(goneOf(edge.send('DDEATH', { seq: 2, device: 'Press', at: 9_000_000 }))).toEqual([[PRESS, 0]]);
});

test('the death of another session, by its bdSeq, is old news', () => {
  const edge = bornEdge();
  expect(goneOf(edge.send('NDEATH', { metrics: [bdSeq(2)] }))).toEqual([]);
  expect(valuesOf(edge.send('DDATA', { seq: 2, device: 'Press', metrics: [speed(2)] }))).toEqual([2]);
  expect(goneOf(edge.send('NDEATH', { metrics: [bdSeq(3)] }))).toHaveLength(2);
});

test('what is held at a death was sent before it, and is read', () => {
  const edge = bornEdge();
  edge.send('DDATA', { seq: 3, device: 'Press', metrics: [speed(3)] });
  expect(valuesOf(edge.send('NDEATH', { metrics: [bdSeq(3)] }))).toEqual([3]);
  expect(asked(edge.effects)).toBe(0);
  expect(edge.dueInMs()).toBeNull();
});

test('a device that is not born again after its node is gone', () => {
  const edge = bornEdge();
  edge.wait(10_000);
  edge.send('NBIRTH', { seq: 0, metrics: [bdSeq(3), POWER] });
  expect(edge.wait(1_999)).toEqual([]);
  expect(goneOf(edge.wait(1))).toEqual([[PRESS, 12_000]]);
});

test('a device that is born again in time never was gone', () => {
  const edge = bornEdge();
  edge.wait(10_000);
  edge.send('NBIRTH', { seq: 0, metrics: [bdSeq(3), POWER] });
  edge.send('DBIRTH', { seq: 1, device: 'Press', metrics: [SPEED] });
  edge.wait(60_000);
  expect(goneOf(edge.effects)).toEqual([]);
});

test('after the connection was lost nothing is known until the next birth', () => {
  const edge = bornEdge();
  edge.lost();
  const done = edge.send('DDATA', { seq: 2, device: 'Press', metrics: [speed(2)] });
  expect([reasonsOf(done), asked(done)]).toEqual([['no_session'], 1]);
});

test('a birth that is asked for from outside is asked for once', () => {
  const edge = createEdge();
  expect(asked(edge.want())).toBe(1);
  expect(asked(edge.want())).toBe(0);
});
