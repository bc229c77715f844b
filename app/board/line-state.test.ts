import { expect, test } from 'vitest';
import { machineFixture } from '../../tests/support/live-fixture.ts';
import { lineState } from './line-state.ts';

const machine = (name: string, state: Parameters<typeof machineFixture>[0] = {}) =>
  machineFixture({ machine: name, ...state });

test('a line is in the state of its last machine', () => {
  const machines = [machine('filler', { state: 'idle' }), machine('packer', { state: 'running', since: 5 })];
  expect(lineState(machines)).toEqual({ state: 'running', since: 5, machine: null, reason: null });
});

test('a broken machine breaks its line, named with its reason, whatever the others do', () => {
  const machines = [
    machine('filler', { state: 'breakdown', since: 7, reason: 'drive fault' }),
    machine('packer', { state: 'idle' }),
  ];
  expect(lineState(machines)).toEqual({
    state: 'breakdown',
    since: 7,
    machine: 'filler',
    reason: 'drive fault',
  });
});

test('of two broken machines the first to break is named, one of unknown beginning last', () => {
  const machines = [
    machine('a', { state: 'breakdown', since: null }),
    machine('b', { state: 'breakdown', since: 9 }),
    machine('c', { state: 'breakdown', since: 8 }),
  ];
  expect(lineState(machines).machine).toBe('c');
});

test('machines that report no state are passed over', () => {
  const machines = [
    machine('filler', { state: 'running', since: 5 }),
    machine('meter', { state: 'unknown', since: null }),
  ];
  expect(lineState(machines)).toMatchObject({ state: 'running', since: 5 });
});

test('a line none of whose machines reports a state is unknown', () => {
  expect(lineState([machine('meter', { state: 'unknown' })])).toEqual({
    state: 'unknown',
    since: null,
    machine: null,
    reason: null,
  });
  expect(lineState([])).toMatchObject({ state: 'unknown' });
});
