import type { Chunk } from '../chunks/chunks.ts';
import { RETENTION_MS } from './limits.ts';

/** Why a chunk stays or that it goes. */
export type Verdict = 'goes' | 'closed' | 'young' | 'written lately' | 'not rolled up';

/** @returns what retention says of a chunk: it goes only when it is rolled up, and both its time and its last write are old. */
export function judgeChunk(chunk: Chunk, nowMs: number): Verdict {
  const beforeMs = nowMs - RETENTION_MS[chunk.tier];
  if (chunk.closed) return 'closed';
  if (chunk.toMs > beforeMs) return 'young';
  // Noted to the hour.
  if (chunk.lastWriteMs + 3_600_000 > beforeMs) return 'written lately';
  if (!chunk.rolledUp) return 'not rolled up';
  return 'goes';
}
