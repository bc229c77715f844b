import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, refuseImport, sourceFiles } from './support/room-imports.ts';

const root = path.resolve(import.meta.dirname, '..');
const refusals = (file: string, text: string) =>
  importsOf(file, text)
    .map(refuseImport)
    .filter((line) => line !== null);

test('no file imports across rooms but along the arrows of the design', () => {
  const files = sourceFiles(root);
  expect(files.length).toBeGreaterThan(20);
  expect(files.flatMap((file) => refusals(file, readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
});

const BAD = [
  { file: 'contracts/a.ts', text: `import pino from 'pino';`, says: 'contracts imports nothing but zod' },
  {
    file: 'contracts/a.ts',
    text: `import { x } from '../server/x.ts';`,
    says: 'contracts must not import server',
  },
  {
    file: 'telemetry/a/b.ts',
    text: `export * from '../../prisma/x.ts';`,
    says: 'telemetry must not import prisma',
  },
  {
    file: 'telemetry/a.ts',
    text: `const x = await import('../server/x.ts');`,
    says: 'telemetry must not import server',
  },
  {
    file: 'telemetry/a.ts',
    text: `import './simulator/x.ts';`,
    says: 'telemetry must not import telemetry/simulator',
  },
  {
    file: 'telemetry/simulator/main.ts',
    text: `import '../x.ts';`,
    says: 'telemetry/simulator must not import telemetry',
  },
  { file: 'ml/a.ts', text: `import { x } from '../prisma/x.ts';`, says: 'ml must not import prisma' },
  { file: 'server/a.ts', text: `import type { X } from '../app/x.ts';`, says: 'server must not import app' },
  { file: 'server/a.ts', text: `import { x } from '../prisma/x.ts';`, says: 'server must not import prisma' },
  { file: 'app/a.tsx', text: `import { x } from '../server/x.ts';`, says: 'app must not import server' },
  { file: 'app/a.tsx', text: `type X = import('../prisma/x.ts').X;`, says: 'app must not import prisma' },
  { file: 'prisma/a.ts', text: `import { x } from '../cli/x.ts';`, says: 'prisma must not import cli' },
  {
    file: 'server/a.ts',
    text: `import { x } from '../tests/support/x.ts';`,
    says: 'server must not import tests',
  },
];
test.each(BAD)('the arrow of $file is refused because $says', ({ file, text, says }) => {
  expect(refusals(file, text)).toEqual([expect.stringContaining(says)]);
});

const GOOD = [
  { name: 'contracts take zod', file: 'contracts/a.ts', text: `import { z } from 'zod';` },
  {
    name: 'the app takes types of the server',
    file: 'app/a.tsx',
    text: `import type { X } from '../server/x.ts';`,
  },
  {
    name: 'the app takes inline types of the server',
    file: 'app/a.tsx',
    text: `import { type X } from '../server/x.ts';`,
  },
  {
    name: "the server's composition root opens the database",
    file: 'server/main.ts',
    text: `import '../prisma/x.ts';`,
  },
  {
    name: "telemetry's composition root opens the database",
    file: 'telemetry/main.ts',
    text: `import '../prisma/x.ts';`,
  },
  {
    name: 'a test stands on the supports',
    file: 'server/a.test.ts',
    text: `import '../tests/support/x.ts';`,
  },
];
test.each(GOOD)('$name', ({ file, text }) => {
  expect(refusals(file, text)).toEqual([]);
});
