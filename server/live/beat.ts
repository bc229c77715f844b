import type { Beat } from '../../contracts/live.ts';
import { WRITER_GONE_MS, type HeardWriter } from './writer-book.ts';

/** Whether something that live values hang on works; `detail` says for people why not. */
export interface PartState {
  ok: boolean;
  detail: string | null;
}

/**
 * Composes the beat: whether what the page shows may be called live now, and if not, why. It must never call a value
 * live on the word of a part that has fallen silent.
 */
export function composeBeat(given: {
  nowMs: number;
  position: number;
  database: PartState;
  broker: PartState;
  writers: readonly HeardWriter[];
}): Beat {
  const { nowMs, position, database, broker, writers } = given;
  const present = writers.filter((writer) => nowMs - writer.heardAtMs <= WRITER_GONE_MS);
  const feeds = writers.flatMap((writer) => {
    const ageMs = nowMs - writer.heardAtMs;
    return writer.status.feeds.map((feed) => ({
      ...feed,
      writer: writer.status.writer,
      ageMs,
      gone: !feed.connected || ageMs > WRITER_GONE_MS,
    }));
  });
  const reason = whyNotLive(given, present);
  return {
    at: nowMs,
    position,
    database,
    broker,
    feeds,
    readingsPerS: present.reduce((sum, writer) => sum + writer.status.readingsPerS, 0),
    live: reason === null,
    reason,
  };
}

function whyNotLive(
  given: { nowMs: number; database: PartState; broker: PartState; writers: readonly HeardWriter[] },
  present: readonly HeardWriter[],
): string | null {
  if (!given.database.ok) return sentence('The database does not answer', given.database.detail);
  if (!given.broker.ok) return sentence('The connection to the broker is lost', given.broker.detail);
  if (present.length === 0) return silence(given.nowMs, given.writers);
  const feeds = present.flatMap((writer) => writer.status.feeds);
  if (!feeds.some((feed) => feed.connected)) {
    const told = feeds.find((feed) => feed.detail !== null)?.detail ?? null;
    return sentence('No feed is connected: nothing arrives from the machines', told);
  }
  const failed = present.map((writer) => writer.status.databaseError);
  if (failed.every((error) => error !== null))
    return sentence('Readings cannot be stored', failed[0] ?? null);
  return null;
}

function silence(nowMs: number, writers: readonly HeardWriter[]): string {
  if (writers.length === 0) return 'Nothing is heard from telemetry.';
  const lastMs = Math.max(...writers.map((writer) => writer.heardAtMs));
  return `Nothing is heard from telemetry for ${Math.floor((nowMs - lastMs) / 1000)} s.`;
}

function sentence(what: string, detail: string | null): string {
  return detail === null ? `${what}.` : `${what}: ${detail.replace(/\.$/, '')}.`;
}
