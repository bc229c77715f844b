import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogFile } from './log-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sentia-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a log never takes more room than twice its bound and keeps its newest lines', () => {
  const log = createLogFile({ path: path.join(folder, 'server.log'), maxBytes: 100 });
  for (let i = 0; i < 50; i++) log.write(`line ${String(i).padStart(4, '0')}`);
  expect(readdirSync(folder).sort()).toEqual(['server.log', 'server.log.1']);
  const now = readFileSync(path.join(folder, 'server.log'), 'utf8');
  const before = readFileSync(path.join(folder, 'server.log.1'), 'utf8');
  expect(Math.max(now.length, before.length)).toBeLessThanOrEqual(100);
  expect(`${before}${now}`.trimEnd().split('\n')).toHaveLength(20);
  expect(now.endsWith('line 0049\n')).toBe(true);
});

test('a log that stands from an earlier start is continued and counts towards the bound', () => {
  const file = path.join(folder, 'server.log');
  createLogFile({ path: file, maxBytes: 30 }).write('from the earlier start');
  const log = createLogFile({ path: file, maxBytes: 30 });
  log.write('now');
  log.write('and this is too much');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('from the earlier start\nnow\n');
  expect(readFileSync(file, 'utf8')).toBe('and this is too much\n');
});
