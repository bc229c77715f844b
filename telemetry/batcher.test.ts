import { expect, test } from 'vitest';
import { createFakeClock } from '../tests/support/fake-clock.ts';
import { createBatcher } from './batcher.ts';

const LIMITS = { maxCount: 10, maxBytes: 1000, maxAgeMs: 20, silenceMs: 2 };

/** A batcher whose batches are written when the test says so. */
function createBench(limits = LIMITS) {
  const clock = createFakeClock();
  const batches: string[] = [];
  const finish: (() => void)[] = [];
  const batcher = createBatcher<{ name: string; count: number; bytes: number }>({
    clock,
    limits,
    write: (things) => {
      batches.push(things.map((thing) => thing.name).join(''));
      return new Promise((resolve) => finish.push(resolve));
    },
  });
  return {
    clock,
    batches,
    batcher,
    add: (name: string, count = 1, bytes = 10) => batcher.add({ name, count, bytes }),
    written: async () => {
      finish.shift()?.();
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

test('two milliseconds of silence make what waits a batch', () => {
  const { clock, batches, batcher, add } = createBench();
  add('a');
  clock.advance(1);
  add('b');
  clock.advance(1);
  expect(batches).toEqual([]);
  clock.advance(1);
  expect(batches).toEqual(['ab']);
  expect(batcher.flushedBy).toEqual({ count: 0, bytes: 0, age: 0, silence: 1 });
});

test('a stream without silence is cut by age', () => {
  const { clock, batches, batcher, add } = createBench({ ...LIMITS, maxCount: 100 });
  for (let i = 0; i < 21; i++) {
    add('x');
    clock.advance(1);
  }
  expect(batches.map((batch) => batch.length)).toEqual([20]);
  expect(batcher.flushedBy.age).toBe(1);
});

test('a full batch goes at once, by count or by bytes', async () => {
  const { batches, batcher, add, written } = createBench();
  add('a', 4);
  add('b', 6);
  expect(batches).toEqual(['ab']);
  await written();
  add('c', 1, 999);
  add('d', 1, 1);
  expect(batches).toEqual(['ab', 'cd']);
  expect(batcher.flushedBy).toEqual({ count: 1, bytes: 1, age: 0, silence: 0 });
});

test('while one batch is written more gathers, and goes as soon as it may, never more than fits', async () => {
  const { clock, batches, add, written } = createBench();
  add('a');
  clock.advance(2);
  for (const name of 'bcdefghijklm') add(name);
  clock.advance(100);
  expect(batches).toEqual(['a']);
  await written();
  expect(batches).toEqual(['a', 'bcdefghijk']);
  await written();
  expect(batches).toEqual(['a', 'bcdefghijk', 'lm']);
});

test('what came during a write and is not due yet waits for its own silence', async () => {
  const { clock, batches, add, written } = createBench();
  add('a');
  clock.advance(2);
  add('b');
  await written();
  expect(batches).toEqual(['a']);
  clock.advance(2);
  expect(batches).toEqual(['a', 'b']);
});

test('a thing larger than a batch goes alone', () => {
  const { batches, add } = createBench();
  add('a', 50, 5000);
  expect(batches).toEqual(['a']);
});

test('draining writes everything without waiting and tells when it is done', async () => {
  const { batches, batcher, add, written } = createBench();
  add('a');
  let drained = false;
  const done = batcher.drain().then(() => {
    drained = true;
  });
  expect(batches).toEqual(['a']);
  add('b');
  await written();
  expect(drained).toBe(false);
  void batcher.drain();
  await written();
  await done;
  expect(batches).toEqual(['a', 'b']);
  await batcher.drain();
});
