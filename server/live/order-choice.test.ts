import { expect, test } from 'vitest';
import { chooseOrder, type Order } from './order-choice.ts';

const order = (name: string, plannedFrom: number, plannedTo: number): Order => ({
  order: name,
  product: 'bracket',
  quantity: 100,
  plannedFrom,
  plannedTo,
  idealCycleS: 2,
});

const cases = [
  { name: 'a line without orders shows none', orders: [], now: 50, expected: null },
  {
    name: 'the order planned for now is shown',
    orders: [order('A', 0, 40), order('B', 40, 80), order('C', 80, 99)],
    now: 50,
    expected: 'B',
  },
  {
    name: 'between orders the latest begun is shown',
    orders: [order('A', 0, 10), order('B', 20, 30), order('C', 80, 99)],
    now: 50,
    expected: 'B',
  },
  {
    name: 'an order that is still to come is not shown',
    orders: [order('C', 80, 99)],
    now: 50,
    expected: null,
  },
  {
    name: 'where plans overlap the later begun is shown',
    orders: [order('B', 40, 80), order('A', 0, 90)],
    now: 50,
    expected: 'B',
  },
  {
    name: 'one that runs on beats one that began later and is over',
    orders: [order('A', 0, 90), order('B', 20, 30)],
    now: 50,
    expected: 'A',
  },
  {
    name: 'an order ends with its planned end',
    orders: [order('A', 0, 50), order('B', 50, 60)],
    now: 50,
    expected: 'B',
  },
];

test.each(cases)('$name', ({ orders, now, expected }) => {
  expect(chooseOrder(orders, now)?.order ?? null).toBe(expected);
});
