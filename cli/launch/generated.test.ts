import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createProgram } from '../program.ts';
import { helpTexts } from '../help-texts.ts';
import { generateSettings, HELP_FILE, SETTINGS_FILE } from './generate.mjs';
import { helpFor } from './help.mjs';

test('the settings that the launcher checks are those of contracts/environment.ts (else run `npm run generate`)', async () => {
  expect(readFileSync(SETTINGS_FILE, 'utf8') === (await generateSettings())).toBe(true);
});

test('the help that the launcher prints is that of the commands (else run `npm run generate`)', () => {
  expect(JSON.parse(readFileSync(HELP_FILE, 'utf8'))).toEqual(helpTexts(createProgram()));
});

test('every command has help that names what it does and --json', () => {
  const texts = Object.entries(helpTexts(createProgram()));
  expect(texts.map(([words]) => words)).toEqual(
    expect.arrayContaining(['', 'start', 'replay', 'migrate', 'demo', 'demo remove', 'doctor']),
  );
  const groups = ['', 'demo', 'dead-letters'];
  const commands = texts.filter(([words]) => !groups.includes(words));
  expect(commands.filter(([, text]) => !text.includes('--json'))).toEqual([]);
});

test('help is asked for by --help, -h, the word help, or saying nothing, and not by what follows --', () => {
  expect(helpFor([])).toContain('Usage: sentia');
  expect(helpFor(['--help'])).toContain('Usage: sentia');
  expect(helpFor(['help', 'demo', 'remove'])).toContain('Usage: sentia demo remove');
  expect(helpFor(['demo', 'remove', '-h'])).toContain('Usage: sentia demo remove');
  expect(helpFor(['replay', 'file.csv', '--help'])).toContain('Usage: sentia replay');
  expect(helpFor(['start'])).toBeNull();
  expect(helpFor(['replay', '--', '--help'])).toBeNull();
});
