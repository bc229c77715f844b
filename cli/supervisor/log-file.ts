import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

export interface LogFile {
  readonly path: string;
  write(line: string): void;
}

/**
 * A log file that cannot fill the disk: at `maxBytes` it becomes `<name>.1`, in place of the one before, and begins
 * anew. Written synchronously, so that the last words of a process that died are in it.
 */
export function createLogFile(options: { path: string; maxBytes: number }): LogFile {
  mkdirSync(path.dirname(options.path), { recursive: true, mode: 0o700 });
  let size = statSync(options.path, { throwIfNoEntry: false })?.size ?? 0;
  return {
    path: options.path,
    write: (line) => {
      const text = line.endsWith('\n') ? line : `${line}\n`;
      const bytes = Buffer.byteLength(text);
      if (size > 0 && size + bytes > options.maxBytes) {
        renameSync(options.path, `${options.path}.1`);
        size = 0;
      }
      appendFileSync(options.path, text, { mode: 0o600 });
      size += bytes;
    },
  };
}
