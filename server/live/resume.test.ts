import { expect, test } from 'vitest';
import { judgeResume } from './resume.ts';

const known = { position: 500, floor: 300 };

test.each([
  [null, 'fresh'],
  ['', 'fresh'],
  ['0', 'fresh'],
  ['300', 'continue'],
  ['500', 'continue'],
  ['299', 'resync'],
  ['501', 'ahead'],
  ['999999999999999', 'ahead'],
  ['-1', 'resync'],
  ['4e2', 'resync'],
  [' 400', 'resync'],
  ['9'.repeat(400), 'resync'],
  ['snapshot', 'resync'],
])('Last-Event-ID %j is judged %s', (lastEventId, kind) => {
  expect(judgeResume(lastEventId, known).kind).toBe(kind);
});
