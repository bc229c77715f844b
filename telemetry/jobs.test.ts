import { expect, test } from 'vitest';
import { createFakeClock } from '../tests/support/fake-clock.ts';
import { quietLog } from '../tests/support/start-pipeline.ts';
import { createJobs } from './jobs.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a job that fails says why and since when, until it works again', async () => {
  const clock = createFakeClock(1_000);
  const jobs = createJobs({ clock, log: quietLog });
  let fails = false;
  const stop = jobs.add('rollups', 500, async () => {
    if (fails) throw new Error('out of shared memory');
  });
  expect(jobs.status()).toEqual([{ name: 'rollups', everyMs: 500, lastOkAt: null, failure: null }]);
  await settle();
  expect(jobs.status()).toMatchObject([{ lastOkAt: 1_000, failure: null }]);
  fails = true;
  for (let i = 0; i < 2; i++) {
    clock.advance(500);
    await settle();
  }
  const failure = { since: 1_500, message: 'out of shared memory' };
  expect(jobs.status()).toMatchObject([{ lastOkAt: 1_000, failure }]);
  fails = false;
  clock.advance(500);
  await settle();
  expect(jobs.status()).toMatchObject([{ lastOkAt: 2_500, failure: null }]);
  await stop();
});
