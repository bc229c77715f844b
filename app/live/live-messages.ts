import type { LiveEvent, Snapshot } from '../../contracts/live.ts';

/** What a page says to the hub that holds the stream, over a port (shared worker) or directly (same page). */
export type ToHub =
  | {
      type: 'join';
      site: string;
      /** A Web Lock the page holds while it lives: the hub learns by it that a page died without a word. */
      lock: string | null;
    }
  | { type: 'leave' }
  /** So many messages were worked off. A page that takes none is frozen: the hub stops sending to it. */
  | { type: 'taken'; count: number };

export type FromHub =
  /** The whole picture, and how long ago the hub last heard the server. */
  | { type: 'snapshot'; snapshot: Snapshot; heardAgoMs: number }
  | { type: 'event'; event: LiveEvent }
  | { type: 'connection'; connection: Connection };

/** `detail` is for people: why there is no stream. */
export type Connection = { open: true } | { open: false; detail: string };
