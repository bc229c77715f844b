import { readFileSync } from 'node:fs';

/** What a file holds: signal → time in microseconds → the first value at that time. */
export type Expected = Map<string, Map<number, number>>;

/**
 * Reads a plain comma-separated file in the simplest way, with nothing of the product: what is stored is held against
 * this. Cells of these files hold neither quotes nor commas, and all are numbers.
 */
export function readIndependently(
  file: string,
  timeColumn: string,
  micros: (cell: string) => number,
): Expected {
  const [header = '', ...lines] = readFileSync(file, 'utf8').replace('\ufeff', '').trimEnd().split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  const expected: Expected = new Map(
    names.filter((name) => name !== timeColumn).map((name) => [name, new Map()]),
  );
  for (const line of lines) {
    const cells = line.split(',');
    const at = micros(cells[names.indexOf(timeColumn)] ?? '');
    names.forEach((name, i) => {
      const times = expected.get(name);
      const cell = cells[i]?.trim() ?? '';
      if (times !== undefined && cell !== '' && !times.has(at)) times.set(at, Number(cell));
    });
  }
  return expected;
}

export function pairsIn(expected: Expected): number {
  return [...expected.values()].reduce((sum, times) => sum + times.size, 0);
}
