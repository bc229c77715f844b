import { expect, test } from 'vitest';
import { addReason, addState, createMachineHistory, statesForPage } from './machine-state.ts';

const at = (second: number, text: string, quality: 'good' | 'uncertain' | 'bad' = 'good') => ({
  atMicros: second * 1e6,
  text,
  quality,
});
const HOUR = 3600;
const states = (history: ReturnType<typeof createMachineHistory>, nowS: number) =>
  statesForPage(history, nowS * 1000).map(([since, state, reason]) => [since / 1000, state, reason]);

test('a state lasts from its first word to the first other word', () => {
  const history = createMachineHistory();
  for (const event of [at(10, 'running'), at(11, 'running'), at(12, 'breakdown'), at(13, 'breakdown')]) {
    expect(addState(history, event)).toBe(true);
  }
  expect(states(history, 20)).toEqual([
    [10, 'running', null],
    [12, 'breakdown', null],
  ]);
});

test('a reason belongs to the state it comes with, in whichever order the two arrive', () => {
  const first = createMachineHistory();
  addReason(first, at(12, 'jam'));
  addState(first, at(12, 'breakdown'));
  const second = createMachineHistory();
  addState(second, at(12, 'breakdown'));
  addReason(second, at(12, 'jam'));
  expect(states(first, 20)).toEqual([[12, 'breakdown', 'jam']]);
  expect(states(second, 20)).toEqual(states(first, 20));
});

test('a reason given later belongs to the state that lasts', () => {
  const history = createMachineHistory();
  addState(history, at(10, 'breakdown'));
  addReason(history, at(300, 'broken belt'));
  expect(states(history, 400)).toEqual([[10, 'breakdown', 'broken belt']]);
});

test('the next state does not inherit the reason', () => {
  const history = createMachineHistory();
  addState(history, at(10, 'breakdown'));
  addReason(history, at(10, 'jam'));
  addState(history, at(60, 'running'));
  expect(states(history, 70).at(-1)).toEqual([60, 'running', null]);
});

test('an empty reason and one of bad quality are none', () => {
  const history = createMachineHistory();
  addState(history, at(10, 'idle'));
  addReason(history, at(10, 'waiting'));
  addReason(history, at(11, ' '));
  expect(states(history, 12)).toEqual([[10, 'idle', null]]);
  addReason(history, at(12, 'x', 'bad'));
  expect(states(history, 13)).toEqual([[10, 'idle', null]]);
});

test.each([
  ['Planned Stop', 'planned_stop'],
  ['planned-stop', 'planned_stop'],
  ['RUNNING', 'running'],
  ['melting', 'unknown'],
  ['', 'unknown'],
])('the word %j means %s', (word, state) => {
  const history = createMachineHistory();
  addState(history, at(1, word));
  expect(states(history, 2)[0]?.[1]).toBe(state);
});

test('a state of bad quality is unknown', () => {
  const history = createMachineHistory();
  addState(history, at(1, 'running'));
  addState(history, at(2, 'running', 'bad'));
  expect(states(history, 3).at(-1)).toEqual([2, 'unknown', null]);
});

test('late events that may change what was are refused: the database has to be asked', () => {
  const history = createMachineHistory();
  addState(history, at(10, 'running'));
  addState(history, at(20, 'idle'));
  addReason(history, at(20, 'x'));
  expect(addState(history, at(15, 'breakdown'))).toBe(false);
  expect(addState(history, at(5, 'running'))).toBe(false);
  expect(addReason(history, at(15, 'jam'))).toBe(false);
  expect(states(history, 30)).toEqual([
    [10, 'running', null],
    [20, 'idle', 'x'],
  ]);
});

test('late events that say what is known already change nothing', () => {
  const history = createMachineHistory();
  addState(history, at(10, 'running'));
  addState(history, at(20, 'idle'));
  addReason(history, at(22, 'x'));
  expect(addState(history, at(15, 'running'))).toBe(true);
  expect(addReason(history, at(21, 'x'))).toBe(true);
  expect(addReason(history, at(15, ''))).toBe(true);
});

test('late events from before the hours that are kept change nothing, unless the present state may be older', () => {
  const history = createMachineHistory();
  addState(history, at(20 * HOUR, 'running'));
  expect(addState(history, at(HOUR, 'running'))).toBe(false);
  addState(history, at(21 * HOUR, 'idle'));
  expect(addState(history, at(HOUR, 'running'))).toBe(true);
  expect(addReason(history, at(HOUR, 'jam'))).toBe(true);
  expect(addState(history, at(14 * HOUR, 'breakdown'))).toBe(false);
});

test('a page gets 8 hours, with the state that lasted when they began', () => {
  const history = createMachineHistory();
  addState(history, at(0, 'running'));
  addState(history, at(HOUR, 'idle'));
  addState(history, at(12 * HOUR, 'breakdown'));
  expect(states(history, 12 * HOUR)).toEqual([
    [HOUR, 'idle', null],
    [12 * HOUR, 'breakdown', null],
  ]);
  expect(states(history, 30 * HOUR)).toEqual([[12 * HOUR, 'breakdown', null]]);
});

test('a machine that flutters keeps a bounded history', () => {
  const history = createMachineHistory();
  for (let i = 0; i < 3000; i++) addState(history, at(i, i % 2 === 0 ? 'running' : 'idle'));
  expect(history.runs).toHaveLength(500);
  expect(history.runs.at(-1)?.sinceMicros).toBe(2999 * 1e6);
});
