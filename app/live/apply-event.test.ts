import { expect, test } from 'vitest';
import {
  beatFixture,
  lineFixture,
  machineFixture,
  signalFixture,
  snapshotFixture,
  T0,
} from '../../tests/support/live-fixture.ts';
import { applyEvent } from './apply-event.ts';

const plant = snapshotFixture({
  lines: [
    lineFixture({
      machines: [
        machineFixture({
          machineId: 1,
          signals: [signalFixture({ signalId: 1 }), signalFixture({ signalId: 2 })],
        }),
        machineFixture({ machineId: 2, signals: [signalFixture({ signalId: 3 })] }),
      ],
    }),
    lineFixture({
      lineId: 2,
      machines: [machineFixture({ machineId: 3, signals: [signalFixture({ signalId: 4 })] })],
    }),
  ],
});

const signalOf = (picture: typeof plant, id: number) =>
  picture.lines
    .flatMap((line) => line.machines)
    .flatMap((machine) => machine.signals)
    .find((each) => each.signalId === id)!;

test('a reading changes its signal and leaves every other object as it was', () => {
  const next = applyEvent(plant, { name: 'readings', position: 101, data: [[2, T0 + 500, 72.5, 'good']] });
  expect(signalOf(next, 2)).toMatchObject({ value: 72.5, at: T0 + 500 });
  expect(next.position).toBe(101);
  expect(signalOf(next, 1)).toBe(signalOf(plant, 1));
  expect(next.lines[0]!.machines[1]).toBe(plant.lines[0]!.machines[1]);
  expect(next.lines[1]).toBe(plant.lines[1]);
  expect(signalOf(plant, 2).value).toBe(71.2);
});

test('a reading of a signal that the page does not know changes nothing but the position', () => {
  const next = applyEvent(plant, { name: 'readings', position: 101, data: [[99, T0, 1, 'good']] });
  expect(next.lines).toBe(plant.lines);
});

test('the trend takes a reading into the step of its time, and one from the future into the last', () => {
  const next = applyEvent(plant, {
    name: 'readings',
    position: 101,
    data: [
      [1, T0 - 300, 50, 'good'],
      [2, T0 + 120_000, 60, 'good'],
    ],
  });
  expect(signalOf(next, 1).trend?.[59]).toBe(50);
  expect(signalOf(next, 2).trend?.[59]).toBe(60);
});

test('a reading older than the one shown changes nothing: late data never becomes the latest', () => {
  const next = applyEvent(plant, { name: 'readings', position: 101, data: [[1, T0 - 15_000, 50, 'good']] });
  expect(signalOf(next, 1)).toBe(signalOf(plant, 1));
});

test('a text or a missing value leaves the trend alone', () => {
  const next = applyEvent(plant, { name: 'readings', position: 101, data: [[1, T0, null, 'bad']] });
  expect(signalOf(next, 1)).toMatchObject({ value: null, quality: 'bad', trend: signalOf(plant, 1).trend });
});

test('a beat moves the trends on by the steps that began, with nothing in them yet', () => {
  const at = T0 + 30_000;
  const next = applyEvent(plant, { name: 'beat', position: 100, data: beatFixture({ at }) });
  expect(next.at).toBe(at);
  expect(signalOf(next, 1).trend).toHaveLength(60);
  expect(signalOf(next, 1).trend?.slice(-2)).toEqual([null, null]);
  expect(signalOf(next, 1).trend?.[57]).toBe(signalOf(plant, 1).trend?.[59]);
});

test('a beat within a step keeps every line as it was', () => {
  const next = applyEvent(plant, { name: 'beat', position: 100, data: beatFixture({ at: T0 + 1000 }) });
  expect(next.lines).toBe(plant.lines);
});

test('a long silence empties the trends instead of growing them', () => {
  const next = applyEvent(plant, { name: 'beat', position: 100, data: beatFixture({ at: T0 + 86_400_000 }) });
  expect(signalOf(next, 1).trend).toEqual(Array(60).fill(null));
});

test('a machine event begins a new state and keeps those before', () => {
  const next = applyEvent(plant, {
    name: 'machine',
    position: 102,
    data: { machineId: 2, state: 'breakdown', reason: 'drive_fault', since: T0 + 2000 },
  });
  expect(next.lines[0]!.machines[1]).toMatchObject({
    state: 'breakdown',
    reason: 'drive_fault',
    since: T0 + 2000,
  });
  expect(next.lines[0]!.machines[1]!.states).toEqual([
    [T0 - 3_600_000, 'running', null],
    [T0 + 2000, 'breakdown', 'drive_fault'],
  ]);
});

test('a second word about the same state (its reason came later) replaces the first', () => {
  const event = { machineId: 2, state: 'breakdown', since: T0 + 2000 } as const;
  const first = applyEvent(plant, { name: 'machine', position: 102, data: { ...event, reason: null } });
  const second = applyEvent(first, { name: 'machine', position: 103, data: { ...event, reason: 'jam' } });
  expect(second.lines[0]!.machines[1]!.states.slice(1)).toEqual([[T0 + 2000, 'breakdown', 'jam']]);
});

test('states older than the strip go, but the one that was on at its beginning stays', () => {
  const hour = 3_600_000;
  const old = snapshotFixture({
    lines: [
      lineFixture({
        machines: [
          machineFixture({
            states: [
              [T0 - 10 * hour, 'idle', null],
              [T0 - 9 * hour, 'running', null],
              [T0 - hour, 'idle', null],
            ],
          }),
        ],
      }),
    ],
  });
  const next = applyEvent(old, { name: 'beat', position: 100, data: beatFixture({ at: T0 + 30_000 }) });
  expect(next.lines[0]!.machines[0]!.states.map(([, state]) => state)).toEqual(['running', 'idle']);
});

test('a snapshot replaces the picture, even one with a lower position (a fresh data directory)', () => {
  const fresh = snapshotFixture({ position: 3, lines: [] });
  expect(applyEvent(plant, { name: 'snapshot', position: 3, data: fresh })).toBe(fresh);
});
