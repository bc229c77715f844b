import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { registerReplay } from '../../cli/replay.ts';
import { startBroker, type RestartingBroker } from './broker-that-restarts.ts';

let folder: string;
let file: string;
let broker: RestartingBroker;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sentia-replay-'));
  file = join(folder, 'table.csv');
  broker = await startBroker(0);
});
afterEach(async () => {
  process.exitCode = 0;
  await broker.stop();
  await rm(folder, { recursive: true });
});

const outputSchema = z.object({
  plan: z.object({ rows: z.number(), time: z.object({ as: z.string() }), warnings: z.array(z.string()) }),
  account: z
    .object({
      complete: z.boolean(),
      rows: z.object({ read: z.number(), published: z.number(), refused: z.number() }),
      readings: z.object({
        published: z.number(),
        acknowledged: z.number(),
        distinct: z.number().nullable(),
      }),
      cells: z.object({ empty: z.number(), refused: z.number() }),
      refused: z.array(z.object({ line: z.number(), column: z.string(), reason: z.string() })),
    })
    .nullable(),
});

async function replay(...args: string[]) {
  const said: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    const program = new Command().exitOverride();
    registerReplay(program);
    await program.parseAsync(
      ['replay', file, '--topic', 'plants/a/b/c/d', '--broker', `mqtt://127.0.0.1:${broker.port}`, ...args],
      { from: 'user' },
    );
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
  return { text: said.join(''), exitCode: process.exitCode };
}

test('a file goes out whole, and the account says what did not and why', async () => {
  await writeFile(file, 'date,power,note\n31-12-2018 00:15,1.50,on\n31-12-2018 00:30,NaN,\nx,3,off\n');
  const { text, exitCode } = await replay(
    '--time',
    'date',
    '--max',
    '--json',
    '--date-format',
    'dd-MM-yyyy HH:mm',
  );
  expect(outputSchema.parse(JSON.parse(text))).toEqual({
    plan: {
      rows: 3,
      time: { as: 'dd-MM-yyyy HH:mm in UTC' },
      warnings: [
        '1 row cannot be published, the first on line 4: date: "x" is not such a time.',
        'power: 1 cell cannot be published (not a finite number, or too long).',
      ],
    },
    account: {
      complete: true,
      rows: { read: 3, published: 1, refused: 1 },
      readings: { published: 2, acknowledged: 2, distinct: 2 },
      cells: { empty: 1, refused: 1 },
      refused: [
        { line: 3, column: 'power', reason: '"NaN" is not a finite number' },
        { line: 4, column: 'date', reason: '"x" is not such a time' },
      ],
    },
  });
  expect(exitCode).toBe(0);
  expect(broker.payloads).toEqual([
    '[{"at":"2018-12-31T00:15:00.000Z","values":{"power":1.50,"note":"on"}}]',
  ]);
});

test('at a speed each row is a message of its own, in the order of the file', async () => {
  await writeFile(file, 'at,v\n2018-01-01 00:00:00,1\n2018-01-01 00:00:02,2\n2018-01-01 00:00:01,3\n');
  const { text } = await replay('--time', 'at', '--speed', '1000');
  expect(broker.payloads).toEqual([
    '{"at":"2018-01-01T00:00:00.000Z","values":{"v":1}}',
    '{"at":"2018-01-01T00:00:02.000Z","values":{"v":2}}',
    '{"at":"2018-01-01T00:00:01.000Z","values":{"v":3}}',
  ]);
  expect(text).toContain('complete: every message was acknowledged');
});

test('a dry run publishes nothing', async () => {
  await writeFile(file, 'at,v\n2018-01-01 00:00:00,1\n');
  const { text, exitCode } = await replay('--time', 'at', '--dry-run');
  expect(text).toContain(
    'time: column at as ISO 8601 in UTC, 2018-01-01T00:00Z … 2018-01-01T00:00Z; 1 row; 1 signal',
  );
  expect(exitCode).toBe(0);
  expect(broker.payloads).toEqual([]);
});

test('a mistake is one line and no success', async () => {
  await writeFile(file, 'at,v\n2018-01-01 00:00:00,1\n');
  await expect(replay('--time', 'when')).rejects.toThrow(
    '--time "when": no such column. The file has: at, v.',
  );
  expect(process.exitCode).toBe(1);
});
