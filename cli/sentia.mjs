#!/usr/bin/env node
// The program `sentia`: plain Node without packages, so that a fresh clone can check what it was given, install and
// build itself, and then hand over to cli/main.ts. It must never install, build or open anything with settings that
// cannot work.
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './launch/build.mjs';
import { dataDirectoryMistake, wasKilled } from './launch/data-directory.mjs';
import { helpFor } from './launch/help.mjs';
import { ensureInstalled } from './launch/install.mjs';
import { nodeVersionMistake } from './launch/node-version.mjs';
import { portMistakes } from './launch/ports.mjs';
import { createProgress } from './launch/progress.mjs';
import { root } from './launch/root.mjs';
import { parseEnvironment } from './launch/settings.generated.mjs';

const EXIT_MISTAKE = 2;
/** A child whose supervisor was killed ends itself within 8 s. */
const ORPHANS_END_WITHIN_MS = 10_000;
const argv = process.argv.slice(2);
const command = argv.find((argument) => !argument.startsWith('-')) ?? null;

async function mistakes() {
  const version = nodeVersionMistake(process.versions.node);
  if (version !== null) return [version];
  // The doctor tells about settings as one of its findings.
  if (command === 'doctor') return [];
  const parsed = parseEnvironment(process.env);
  if (!parsed.ok) return parsed.lines;
  if (command !== 'start') return [];
  // Whoever holds the data directory most likely has the ports too: naming the holder says it all.
  const held = dataDirectoryMistake(parsed.settings.dataDir);
  return held === null ? portsOf(parsed.settings) : [held];
}

/** @param {import('../contracts/environment.ts').Settings} settings */
async function portsOf(settings) {
  const until = Date.now() + ORPHANS_END_WITHIN_MS;
  for (;;) {
    const lines = await portMistakes(settings);
    if (lines.length === 0 || !wasKilled(settings.dataDir) || Date.now() > until) return lines;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function run() {
  const help = helpFor(argv);
  if (help !== null) {
    process.stdout.write(help);
    return 0;
  }
  const lines = await mistakes();
  if (lines.length > 0) {
    process.stderr.write(`${lines.join('\n')}\n`);
    return EXIT_MISTAKE;
  }
  const progress = createProgress();
  try {
    await ensureInstalled({ progress });
    await ensureBuilt({ progress, parts: command === 'start' ? 'all' : 'processes' });
  } catch (error) {
    progress.stop();
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const { main } = await import(pathToFileURL(`${root}/build/processes/cli.js`).href);
  return main(argv);
}

process.exitCode = await run();
