import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFiles } from './hash-files.mjs';

let root: string;
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};
const hash = () => hashFiles(root, ['server', 'package.json', 'missing.ts']);
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'sentia-hash-'));
  write('package.json', '{}');
  write('server/a.ts', 'one');
  write('server/live/b.ts', 'two');
});
afterEach(() => rmSync(root, { recursive: true }));

const CHANGES = [
  { name: 'the content of a file', change: () => write('server/live/b.ts', 'three') },
  { name: 'a new file', change: () => write('server/c.ts', '') },
  {
    name: 'a file under another name',
    change: () => (rmSync(path.join(root, 'server/a.ts')), write('server/z.ts', 'one')),
  },
  { name: 'a file that was missing', change: () => write('missing.ts', '') },
];
test.each(CHANGES)('$name makes what was built stale', ({ change }) => {
  const before = hash();
  change();
  expect(hash()).not.toBe(before);
});

const NO_CHANGES = [
  { name: 'a test', change: () => write('server/a.test.ts', 'changed') },
  { name: 'prose', change: () => write('server/README.md', 'changed') },
  { name: 'something outside the sources', change: () => write('docs/map.ts', 'changed') },
];
test.each(NO_CHANGES)('$name leaves what was built fresh', ({ change }) => {
  const before = hash();
  change();
  expect(hash()).toBe(before);
});
