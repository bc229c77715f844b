import { expect, test } from 'vitest';
import { machineFixture, signalFixture } from '../../tests/support/live-fixture.ts';
import { pickMachines } from './pick-machines.ts';
import { pickValues } from './pick-values.ts';

const machine = (name: string, signals: Record<string, string>) =>
  machineFixture({
    machine: name,
    signals: Object.entries(signals).map(([signal, unit]) => signalFixture({ signal, unit })),
  });
const names = (values: ReturnType<typeof pickValues>) =>
  values.map((each) => `${each.machine.machine}.${each.signal.signal}`);

test('each machine has a value shown before any has its second', () => {
  const machines = [
    machine('a', { a1: 'bar', a2: 'kW' }),
    machine('b', { b1: 'Cel' }),
    machine('c', { c1: 'A' }),
  ];
  expect(names(pickValues(machines, 3))).toEqual(['a.a1', 'b.b1', 'c.c1']);
  expect(names(pickValues(machines, 9))).toEqual(['a.a1', 'a.a2', 'b.b1', 'c.c1']);
});

test('the pacing machine shows its speed, the others another quantity', () => {
  const signals = { power: 'kW', speed: '/h', temperature: 'Cel' };
  const machines = [machine('filler', signals), machine('capper', signals), machine('packer', signals)];
  expect(names(pickValues(machines, 3))).toEqual(['filler.temperature', 'capper.power', 'packer.speed']);
});

test('what is shown depends on no value', () => {
  const before = [machine('a', { a1: 'bar', a2: 'kW' })];
  const after = before.map((each) => ({
    ...each,
    signals: each.signals.map((signal) => ({ ...signal, value: 1e9 })),
  }));
  expect(names(pickValues(after, 1))).toEqual(names(pickValues(before, 1)));
});

test('signals that are not key are not shown', () => {
  const shy = machineFixture({ signals: [signalFixture({ key: false })] });
  expect(pickValues([shy], 4)).toEqual([]);
});

test('of too many machines the broken ones stay, in the order of the line', () => {
  const machines = ['a', 'b', 'c', 'd'].map((name) =>
    machineFixture({ machine: name, state: name === 'd' ? 'breakdown' : 'running' }),
  );
  expect(pickMachines(machines, 2).map((each) => each.machine)).toEqual(['a', 'd']);
  expect(pickMachines(machines, 4)).toBe(machines);
});
