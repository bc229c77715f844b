const CANDIDATES = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof CANDIDATES)[number];

const SAMPLE_LINES = 50;

/**
 * Which delimiter the first lines of a table use: the one that splits the header and gives most of the following
 * lines as many cells as the header. Spreadsheets may say it themselves in a first line `sep=;`.
 * @returns `{ delimiter: null }` for a table with one column: any delimiter reads it.
 */
export function detectDelimiter(sample: string): { delimiter: Delimiter | null; skipLines: 0 | 1 } {
  const said = /^sep=([,;|\t])\r?\n/i.exec(sample);
  if (said?.[1] !== undefined) return { delimiter: said[1] as Delimiter, skipLines: 1 };
  const lines = sample
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE_LINES);
  let best: Delimiter | null = null;
  let bestScore = 0;
  for (const candidate of CANDIDATES) {
    const counts = lines.map((line) => countOutsideQuotes(line, candidate));
    const header = counts[0] ?? 0;
    if (header === 0) continue;
    const agreeing = counts.filter((count) => count === header).length / counts.length;
    const score = agreeing * 1000 + Math.min(header, 999);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return { delimiter: best, skipLines: 0 };
}

function countOutsideQuotes(line: string, delimiter: string): number {
  let quoted = false;
  let count = 0;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) count += 1;
  }
  return count;
}

/** For people: a tab has no face. */
export function nameOfDelimiter(delimiter: string): string {
  const names: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };
  return names[delimiter] ?? `"${delimiter}"`;
}
