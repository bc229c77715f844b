import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';

test('a child whose supervisor went while it was loading ends itself', async () => {
  const file = path.resolve(import.meta.dirname, '../tests/support/late-child.ts');
  const child = fork(file, { execArgv: ['--import', 'tsx'], stdio: 'ignore' });
  await once(child, 'message');
  const ended = once(child, 'exit');
  child.disconnect();
  // Killed by itself once it has stopped, so that no unread log can hold it.
  expect(await ended).toEqual([null, 'SIGKILL']);
}, 30_000);
