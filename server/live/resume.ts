/** How a client that comes is to be served first. */
export type Resume =
  | { kind: 'fresh' }
  | { kind: 'continue'; position: number }
  | { kind: 'ahead'; position: number }
  | { kind: 'resync'; reason: string };

/** The `id:` of a `resync`: who loses the connection before the snapshot that follows has no picture to continue. */
const NOTHING_KNOWN = '0';

/**
 * Judges a `Last-Event-ID`: continued exactly from the positions that every server remembers, anew from all others.
 * `ahead` means this server has not read so far yet, or the position is of another world: the database's head tells.
 */
export function judgeResume(lastEventId: string | null, known: { position: number; floor: number }): Resume {
  if (lastEventId === null || lastEventId === '' || lastEventId === NOTHING_KNOWN) return { kind: 'fresh' };
  if (!/^\d{1,15}$/.test(lastEventId)) {
    return { kind: 'resync', reason: 'The Last-Event-ID is not a position of this stream.' };
  }
  const position = Number(lastEventId);
  if (position > known.position) return { kind: 'ahead', position };
  if (position < known.floor) {
    return { kind: 'resync', reason: 'The connection was away for more than 60 s.' };
  }
  return { kind: 'continue', position };
}

export const OTHER_WORLD: Resume = {
  kind: 'resync',
  reason: 'The Last-Event-ID lies beyond this database: it was replaced or restored.',
};
