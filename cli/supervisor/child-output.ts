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

const logLineSchema = z.object({
  level: z.number(),
  msg: z.string().optional(),
  err: z.object({ message: z.string() }).partial().optional(),
});

/**
 * What a child says: all of it goes to its log file, warnings and errors also to the terminal, but never so many that
 * they bury it. `lastWords` are the newest lines of stderr, where Node prints why it died.
 */
export function followOutput(options: {
  name: string;
  stdout: Readable;
  stderr: Readable;
  file: LogFile;
  clock: Clock;
  show: (line: string) => void;
}): { lastWords: () => string[] } {
  const { name, file, clock, show } = options;
  const lastWords: string[] = [];
  let windowFrom = -Infinity;
  let shown = 0;

  const showBounded = (line: string) => {
    if (clock.now() - windowFrom >= WINDOW_MS) {
      windowFrom = clock.now();
      shown = 0;
    }
    shown += 1;
    if (shown <= MAX_SHOWN_PER_WINDOW) show(`${name}: ${line}`);
    if (shown === MAX_SHOWN_PER_WINDOW + 1) show(`${name}: … more in ${file.path}`);
  };

  createInterface({ input: options.stdout }).on('line', (line) => {
    file.write(line);
    const entry = parseLogLine(line);
    if (entry === null || entry.level < WARN) return;
    const text = [entry.msg, entry.err?.message]
      .filter((part) => part !== undefined && part !== '')
      .join(': ');
    showBounded(`${entry.level >= ERROR ? 'error' : 'warning'}: ${text}`);
  });
  createInterface({ input: options.stderr }).on('line', (line) => {
    file.write(line);
    if (line.trim() === '') return;
    lastWords.push(line);
    if (lastWords.length > MAX_LAST_WORDS) lastWords.shift();
  });
  return { lastWords: () => [...lastWords] };
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
