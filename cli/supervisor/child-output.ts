import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Clock } from '../../contracts/clock.ts';
import type { LogFile } from './log-file.ts';

const WARN = 40;
const ERROR = 50;
const WINDOW_MS = 10_000;
const MAX_SHOWN_PER_WINDOW = 8;
const MAX_LAST_WORDS = 30;
const MAX_HELD = 20;

const logLineSchema = z.object({
  level: z.number(),
  msg: z.string().optional(),
  err: z.object({ message: z.string() }).partial().optional(),
});

export interface FollowedOutput {
  /** What a person needs to know of why it died: its last error, else what Node printed last. */
  lastWords: () => string | null;
  /** From now on warnings and errors reach the terminal at once, those that were held too. */
  release: () => void;
}

/**
 * What a child says: all of it goes to its log file, warnings and errors also to the terminal, but never so many that
 * they bury it. They are held until `release`: a start that fails says one line, not all that led to it.
 */
export function followOutput(options: {
  name: string;
  stdout: Readable;
  stderr: Readable;
  file: LogFile;
  clock: Clock;
  show: (line: string) => void;
}): FollowedOutput {
  const { name, file, clock, show } = options;
  const printed: string[] = [];
  let lastError: string | null = null;
  let held: string[] | null = [];
  let windowFrom = -Infinity;
  let count = 0;
  /** Distinct lines of this window; the same one again tells nothing new. */
  const shown = new Set<string>();

  const showBounded = (line: string) => {
    if (held !== null) {
      if (held.length < MAX_HELD) held.push(line);
      return;
    }
    if (clock.now() - windowFrom >= WINDOW_MS) {
      windowFrom = clock.now();
      shown.clear();
      count = 0;
    }
    if (shown.has(line)) return;
    shown.add(line);
    count += 1;
    if (count <= MAX_SHOWN_PER_WINDOW) show(`${name}: ${line}`);
    if (count === MAX_SHOWN_PER_WINDOW + 1) show(`${name}: … more in ${file.path}`);
  };

  createInterface({ input: options.stdout }).on('line', (line) => {
    file.write(line);
    const entry = parseLogLine(line);
    if (entry === null || entry.level < WARN) return;
    const text = [entry.msg, entry.err?.message]
      .filter((part) => part !== undefined && part !== '')
      .join(': ');
    if (entry.level >= ERROR) lastError = text;
    showBounded(`${entry.level >= ERROR ? 'error' : 'warning'}: ${text}`);
  });
  createInterface({ input: options.stderr }).on('line', (line) => {
    file.write(line);
    if (line.trim() === '') return;
    printed.push(line);
    if (printed.length > MAX_LAST_WORDS) printed.shift();
  });
  return {
    lastWords: () =>
      printed.findLast((line) => /^\w*(Error|Exception)\b/.test(line)) ?? lastError ?? printed.at(-1) ?? null,
    release: () => {
      const waiting = held ?? [];
      held = null;
      for (const line of waiting) showBounded(line);
    },
  };
}

function parseLogLine(line: string): z.infer<typeof logLineSchema> | null {
  if (!line.startsWith('{')) return null;
  try {
    return logLineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
