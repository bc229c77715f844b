import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const KNOWN_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

/** @returns the Chromium that browser tests run in: SENTIA_TEST_CHROMIUM, else one where systems keep it; null when there is none. */
export function findChromium(): string | null {
  const named = process.env['SENTIA_TEST_CHROMIUM'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  return KNOWN_PATHS.find((path) => existsSync(path)) ?? null;
}

/** A browser that talks to nobody but the page under test. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('There is no Chromium: set SENTIA_TEST_CHROMIUM to one.');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
