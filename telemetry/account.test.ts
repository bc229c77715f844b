import { expect, test } from 'vitest';
import { unexplained } from '../contracts/accounting.ts';
import { createAccount } from './account.ts';

test('every verb leaves the account even, an order that is refused late included', () => {
  const account = createAccount();
  const even = () => expect(unexplained(account.totals)).toBe(0);
  account.taken(10);
  even();
  account.shed(3);
  even();
  // An order counts as no reading until it is refused.
  account.taken(0);
  even();
  account.committed({ stored: 5, duplicate: 2, conflict: 1, deadLettered: 1 }, 0);
  even();
  account.committed({ stored: 1, duplicate: 0, conflict: 0, deadLettered: 1 }, 1);
  even();
  expect(account.totals).toEqual({
    messages: 3,
    received: 14,
    stored: 6,
    duplicate: 2,
    conflict: 1,
    deadLettered: 2,
    shed: 3,
    inFlight: 0,
  });
});
