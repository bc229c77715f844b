import { chromium } from 'playwright-core';

export interface WaitingBrowser {
  /** @returns when the page first showed a value that is not stale */
  firstLiveValue(url: string): Promise<number>;
  close(): Promise<void>;
}

const RETRY_MS = 100;
const GIVE_UP_MS = 180_000;
const LIVE_VALUE = '.value-tile[data-doubt="good"] .value-figure';

/** Chromium, started before the clock runs: a person's browser is open already. */
export async function openBrowser(executablePath: string | null): Promise<WaitingBrowser | null> {
  if (executablePath === null) return null;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    close: () => browser.close(),
    firstLiveValue: async (url) => {
      const page = await browser.newPage();
      const deadline = Date.now() + GIVE_UP_MS;
      try {
        while (Date.now() < deadline) {
          // The page reloads itself once its code runs; until then nothing listens.
          const opened = await page.goto(url).then(
            (response) => response?.ok() ?? false,
            () => false,
          );
          if (opened && (await shown(page.waitForSelector(LIVE_VALUE, { timeout: deadline - Date.now() })))) {
            return Date.now();
          }
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
        throw new Error('no live value came on the page');
      } finally {
        await page.close();
      }
    },
  };
}

function shown(waiting: Promise<unknown>): Promise<boolean> {
  return waiting.then(
    () => true,
    () => false,
  );
}
