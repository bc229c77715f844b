import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plant } from '../plant/plant.ts';
import type { SiteDay } from '../plant/site-calendar.ts';
import { truthOfDay } from './truth-of-day.ts';

export interface TruthLog {
  /** Writes `<site>-<date>.ndjson` for every day of every site from the first instant to the last, newest first. */
  write(fromS: number, toS: number): Promise<void>;
}

/** As long as raw readings are kept. */
const KEPT_DAYS = 90;

/** The ground truth on disk, for tests and people to compare with. It must never be read by Sentia itself. */
export function createTruthLog(plant: Plant, dir: string): TruthLog {
  async function writeDay(site: string, day: SiteDay): Promise<void> {
    const path = join(dir, `${site}-${day.date}.ndjson`);
    const text = truthOfDay(plant, site, day)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');
    if ((await textOf(path)) === text) return;
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }

  async function prune(oldest: string): Promise<void> {
    for (const name of await readdir(dir)) {
      const date = /-(\d{4}-\d{2}-\d{2})\.ndjson$/.exec(name)?.[1];
      if (date !== undefined && date < oldest) await rm(join(dir, name), { force: true });
    }
  }

  return {
    write: async (fromS, toS) => {
      await mkdir(dir, { recursive: true });
      for (const [site, line] of new Map(plant.lines.map((each) => [each.site, each]))) {
        for (let day = line.dayAt(toS); day.toS > fromS; day = line.dayAt(day.fromS - 1))
          await writeDay(site, day);
      }
      const [first] = plant.lines;
      if (first !== undefined) await prune(first.dayAt(toS - KEPT_DAYS * 86_400).date);
    },
  };
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
