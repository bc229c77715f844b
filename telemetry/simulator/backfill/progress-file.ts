import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { passSchema, type Pass } from './pass.ts';

const progressSchema = z.object({ version: z.literal(1), seed: z.string(), passes: z.array(passSchema) });

export interface ProgressFile {
  /** What an earlier run left to tell of the same plant; none when there is no file, or one that cannot be read. */
  load(): Promise<Pass[]>;
  /** Writes soon; of several the last one counts. */
  save(passes: readonly Pass[]): void;
  /** Resolves when what was saved is on disk. */
  written(): Promise<void>;
}

/** Remembers across restarts what of the past is told. It must never be half written. */
export function createProgressFile(
  path: string,
  seed: string,
  onError: (error: unknown) => void,
): ProgressFile {
  let wanted: string | null = null;
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    while (wanted !== null) {
      const text = wanted;
      wanted = null;
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
    }
  }

  return {
    load: async () => {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
        throw error;
      }
      const parsed = progressSchema.safeParse(parseJson(text));
      return parsed.success && parsed.data.seed === seed ? parsed.data.passes : [];
    },
    save: (passes) => {
      wanted = JSON.stringify({ version: 1, seed, passes });
      writing ??= write()
        .catch(onError)
        .finally(() => {
          writing = null;
        });
    },
    written: async () => {
      while (writing !== null) await writing;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
