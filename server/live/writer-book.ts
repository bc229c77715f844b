import type { Clock } from '../../contracts/clock.ts';
import type { WriterStatus } from '../../contracts/feed.ts';

export interface HeardWriter {
  status: WriterStatus;
  /** By our clock: the writer's may differ. */
  heardAtMs: number;
}

/** The writers heard over the bell's broker in the last 10 s, each with the last that it told. */
export interface WriterBook {
  hear(status: WriterStatus): void;
  /** The broker was lost, and perhaps they with it: none counts as present until it is heard again. */
  doubt(): void;
  writers(): HeardWriter[];
}

/** A writer tells about itself once a second; silent for this long, it is gone. */
export const WRITER_GONE_MS = 2000;
const FORGET_AFTER_MS = 10_000;
/** Every restart of a writer brings a new name; forged ones must not fill the memory. */
const MOST_WRITERS = 100;

export function createWriterBook(clock: Clock): WriterBook {
  const book = new Map<string, HeardWriter>();
  const forget = () => {
    const oldest = clock.now() - FORGET_AFTER_MS;
    for (const [name, writer] of book) if (writer.heardAtMs < oldest) book.delete(name);
  };
  return {
    hear(status) {
      forget();
      if (!book.has(status.writer) && book.size >= MOST_WRITERS) return;
      book.set(status.writer, { status, heardAtMs: clock.now() });
    },
    doubt() {
      const goneAtMs = clock.now() - WRITER_GONE_MS - 1;
      for (const writer of book.values()) writer.heardAtMs = Math.min(writer.heardAtMs, goneAtMs);
    },
    writers() {
      forget();
      return [...book.values()].sort((a, b) => (a.status.writer < b.status.writer ? -1 : 1));
    },
  };
}
