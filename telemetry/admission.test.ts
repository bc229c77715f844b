import { expect, test } from 'vitest';
import { createAdmission } from './admission.ts';

const one = { count: 1, bytes: 10 };
const here = () => false;

test('things enter up to the bound in number and bytes, and wait in order beyond it', async () => {
  const admission = createAdmission({ maxCount: 2, maxBytes: 100 });
  const order: string[] = [];
  expect(admission.tryEnter(one)).toBe(true);
  expect(admission.tryEnter({ count: 1, bytes: 95 })).toBe(false);
  expect(admission.tryEnter(one)).toBe(true);
  expect(admission.tryEnter(one)).toBe(false);
  const large = admission.enter({ count: 2, bytes: 20 }, here).then(() => order.push('large'));
  const small = admission.enter(one, here).then(() => order.push('small'));
  admission.leave(one);
  // The small one fits, but the large one came first.
  await Promise.resolve();
  expect(order).toEqual([]);
  admission.leave(one);
  await large;
  admission.leave({ count: 2, bytes: 20 });
  await small;
  expect(order).toEqual(['large', 'small']);
});

test('one thing larger than the bound is let in alone', () => {
  const admission = createAdmission({ maxCount: 2, maxBytes: 100 });
  expect(admission.tryEnter({ count: 50, bytes: 5_000 })).toBe(true);
  expect(admission.tryEnter(one)).toBe(false);
});

test('who gave up waiting is passed over', async () => {
  const admission = createAdmission({ maxCount: 1, maxBytes: 100 });
  admission.tryEnter(one);
  const gone = admission.enter(one, () => true);
  const waiting = admission.enter(one, here);
  admission.leave(one);
  expect(await gone).toBe(false);
  expect(await waiting).toBe(true);
  expect(admission.count).toBe(1);
});

test('a feed is told to pause above its limit and to go on below it', async () => {
  const admission = createAdmission({ maxCount: 10, maxBytes: 100 });
  expect(admission.whenBelow(2)).toBeNull();
  admission.tryEnter(one);
  admission.tryEnter(one);
  const resumed = admission.whenBelow(2);
  expect(resumed).not.toBeNull();
  admission.leave(one);
  await resumed;
});
