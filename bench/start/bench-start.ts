import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../cli/launch/root.mjs';
import { choosePort } from '../../cli/supervisor/free-port.ts';
import { DEMO_SITES } from '../../contracts/simulated-plant.ts';
import { findChromium } from '../../tests/support/find-chromium.mjs';
import { notMeasured, summarise, type Result, type Run, type Say } from '../support/result.ts';
import { startSentia } from '../support/start-sentia.ts';
import { measureBareDatabase } from './bare-database.ts';
import { firstLiveReading } from './first-live-reading.ts';
import { openBrowser, type WaitingBrowser } from './first-live-page.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 3);
const GOAL_S = 10;
const UNIT = 's';

interface Taken {
  stream: number;
  page: number | null;
  database: number;
}

/**
 * `npm start` in a clone that is installed and built and has its data → first live value on the stream and on the page.
 * The first start of the clone, which builds and backfills, is told beside it. The control is the embedded database
 * alone, opened on the same data: nothing can be there sooner.
 */
export async function* benchStart(say: Say): AsyncGenerator<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sentia-bench-start-'));
  const clone = path.join(folder, 'clone');
  const dataDir = path.join(folder, 'data');
  const browser = await openBrowser(findChromium());
  try {
    execFileSync('git', ['clone', '--quiet', root, clone]);
    execFileSync('cp', ['-al', path.join(root, 'node_modules'), path.join(clone, 'node_modules')]);
    const first = await measure(clone, dataDir, browser);
    say(`start: first start ${first.stream.toFixed(1)} s to the stream`);
    const runs: Taken[] = [];
    for (let run = 1; run <= RUNS; run++) {
      const database = await measureBareDatabase(clone, dataDir);
      // Apart, so that the browser's own work does not slow the other down.
      const { stream } = await measure(clone, dataDir, null);
      const { page } = browser === null ? { page: null } : await measure(clone, dataDir, browser);
      const taken: Taken = { stream, page, database };
      runs.push(taken);
      say(
        `start: run ${run} of ${RUNS}: ${taken.stream.toFixed(1)} s to the stream, ${taken.page?.toFixed(1) ?? '-'} s to the page`,
      );
    }
    const series = (part: (taken: Taken) => number | null): Run[] =>
      runs.flatMap((taken) => {
        const value = part(taken);
        return value === null ? [] : [{ value, control: taken.database, perCpuSecond: null }];
      });
    const notes = { goal: GOAL_S, firstStartToStream: Number(first.stream.toFixed(1)) };
    yield summarise(
      'start/warm/stream',
      UNIT,
      series(({ stream }) => stream),
      notes,
    );
    if (browser === null) yield notMeasured('start/warm/page', UNIT, 'no Chromium here');
    else {
      yield summarise(
        'start/warm/page',
        UNIT,
        series(({ page }) => page),
        {
          goal: GOAL_S,
          firstStartToPage: first.page === null ? null : Number(first.page.toFixed(1)),
        },
      );
    }
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  clone: string,
  dataDir: string,
  browser: WaitingBrowser | null,
): Promise<{ stream: number; page: number | null }> {
  const port = await choosePort(0, '127.0.0.1');
  const startedAt = Date.now();
  const starting = startSentia({ dataDir, demo: true, cwd: clone, port });
  const stream = firstLiveReading(port, DEMO_SITES[0].slug, startedAt);
  const page = browser?.firstLiveValue(`http://localhost:${port}/`) ?? Promise.resolve(null);
  const sentia = await starting;
  const [streamAt, pageAt] = await Promise.all([stream, page]);
  await sentia.stop();
  return {
    stream: (streamAt - startedAt) / 1000,
    page: pageAt === null ? null : (pageAt - startedAt) / 1000,
  };
}
