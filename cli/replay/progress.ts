export interface Progress {
  update(line: string): void;
  end(): void;
}

const REDRAW_MS = 100;
const PLAIN_EVERY_MS = 5_000;

/** One line that redraws itself on a terminal; elsewhere a plain line now and then. */
export function createProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  const live = stream.isTTY;
  const everyMs = live ? REDRAW_MS : PLAIN_EVERY_MS;
  let saidAt = live ? 0 : now();
  return {
    update: (line) => {
      if (now() - saidAt < everyMs) return;
      saidAt = now();
      stream.write(live ? `\r\x1b[2K${line.slice(0, (stream.columns || 80) - 1)}` : `${line}\n`);
    },
    end: () => {
      if (live) stream.write('\r\x1b[2K');
    },
  };
}
