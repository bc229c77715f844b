import { expect, test } from 'vitest';
import type { Database } from '../../contracts/database.ts';
import { limitTransactions } from './limit-transactions.ts';

const asker = { role: 'sentia_reader' } as const;
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('no more than so many transactions run at a time, and the others follow in order', async () => {
  const begun: number[] = [];
  const finish: (() => void)[] = [];
  const database: Database = {
    engine: 'postgres',
    timescale: false,
    transaction: (_, work) => work(() => Promise.reject(new Error('nothing is asked here'))),
    close: () => Promise.resolve(),
  };
  const limited = limitTransactions(database, 2);
  const all = [0, 1, 2, 3].map((i) =>
    limited.transaction(asker, () => {
      begun.push(i);
      return new Promise<void>((resolve, reject) => {
        finish[i] = i === 1 ? () => reject(new Error('failed')) : resolve;
      });
    }),
  );
  const outcomes = Promise.allSettled(all);
  await nextTurn();
  expect(begun).toEqual([0, 1]);
  finish[1]?.();
  await nextTurn();
  expect(begun).toEqual([0, 1, 2]);
  finish[0]?.();
  await nextTurn();
  expect(begun).toEqual([0, 1, 2, 3]);
  finish[2]?.();
  finish[3]?.();
  expect((await outcomes).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
});
