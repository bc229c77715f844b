import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_SEED, SIMULATED_SITES } from '../layout/simulated-sites.ts';
import { createPlant } from '../plant/plant.ts';
import { truthLineSchema, type TruthLine } from './truth-line.ts';
import { createTruthLog } from './truth-log.ts';
import { truthOfDay } from './truth-of-day.ts';

const plant = createPlant(DEFAULT_SEED, SIMULATED_SITES);
const NOON_S = Date.UTC(2026, 10, 20, 12) / 1000;
const line = plant.lines[0];
if (line === undefined) throw new Error('the plant has no line');
const day = line.dayAt(NOON_S);
const truth = truthOfDay(plant, 'lindau', day);
const of = <T extends TruthLine['type']>(type: T) =>
  truth.filter((each): each is Extract<TruthLine, { type: T }> => each.type === type);

test('every line is of the form that is documented', () => {
  for (const each of truth) expect(truthLineSchema.parse(each)).toEqual(each);
  expect(new Set(truth.map(({ type }) => type)).size).toBeGreaterThanOrEqual(8);
});

test('a machine’s segments tile the day and their pieces add up to its counters', () => {
  const counts = of('counts');
  expect(counts).toHaveLength(13);
  for (const { machine, good, reject } of counts) {
    const segments = of('segment').filter((segment) => segment.machine === machine);
    expect(segments[0]?.from).toBe(day.fromS * 1000);
    expect(segments.at(-1)?.to).toBe(day.toS * 1000);
    segments.slice(1).forEach((segment, i) => expect(segment.from).toBe(segments[i]?.to));
    expect(segments.reduce((sum, segment) => sum + segment.good, 0)).toBe(good);
    expect(segments.reduce((sum, segment) => sum + segment.reject, 0)).toBe(reject);
  }
});

test('files are written for every day asked for, rewritten only when another plant wrote them, and pruned', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sentia-truth-'));
  try {
    await writeFile(join(dir, 'lindau-2026-01-01.ndjson'), '');
    await createTruthLog(createPlant('other', SIMULATED_SITES), dir).write(NOON_S, NOON_S);
    const log = createTruthLog(plant, dir);
    await log.write(NOON_S - 86_400, NOON_S + 3600);
    expect((await readdir(dir)).sort()).toEqual([
      'lindau-2026-11-19.ndjson',
      'lindau-2026-11-20.ndjson',
      'porto-2026-11-19.ndjson',
      'porto-2026-11-20.ndjson',
    ]);
    const path = join(dir, 'lindau-2026-11-20.ndjson');
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines.map((each) => truthLineSchema.parse(JSON.parse(each)))).toEqual(truth);
    const before = await stat(path);
    await log.write(NOON_S, NOON_S);
    expect((await stat(path)).ino).toBe(before.ino);
  } finally {
    await rm(dir, { recursive: true });
  }
});
