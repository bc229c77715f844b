import { expect, test } from 'vitest';
import { machineFixture, signalFixture } from '../../tests/support/live-fixture.ts';
import { pickMachines } from './pick-machines.ts';
import { pickValues } from './pick-values.ts';

const machine = (name: string, signals: string[]) =>
  machineFixture({ machine: name, signals: signals.map((signal) => signalFixture({ signal })) });
const names = (values: ReturnType<typeof pickValues>) =>
  values.map((each) => `${each.machine.machine}.${each.signal.signal}`);

test('each machine has its first value shown before any has its second', () => {
  const machines = [machine('a', ['a1', 'a2', 'a3']), machine('b', ['b1']), machine('c', ['c1', 'c2'])];
  expect(names(pickValues(machines, 4))).toEqual(['a.a1', 'a.a2', 'b.b1', 'c.c1']);
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
