import { expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { createHourlyBudget } from './hourly-budget.ts';

test('a budget is spent within an hour and comes back when that hour is over', () => {
  const clock = createFakeClock();
  const budget = createHourlyBudget(clock, 10);
  expect(budget.spend(4)).toBe(4);
  clock.advance(1_800_000);
  expect(budget.spend(10)).toBe(6);
  expect(budget.spend(1)).toBe(0);
  clock.advance(1_800_000);
  expect(budget.spend(10)).toBe(4);
});

test('what was not used is given back', () => {
  const budget = createHourlyBudget(createFakeClock(), 10);
  budget.spend(10);
  budget.giveBack(3);
  expect(budget.spend(10)).toBe(3);
});
