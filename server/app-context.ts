import type { SiteItem } from '../contracts/api/equipment.ts';
import type { DeadLetterFilter, DeadLetterItem, DeadLetterTotals } from '../contracts/api/dead-letters.ts';
import type { Readings } from '../contracts/api/readings.ts';
import type { WriterStatus } from '../contracts/feed.ts';
import type { Snapshot } from '../contracts/live.ts';

/**
 * What Remix loaders and actions receive as `context`: named questions, already bound to who asks. `server/context.ts`
 * builds it per request; the app imports only this type.
 */
export interface AppContext {
  requestId: string;
  /** For every inline script of this response (`<Scripts nonce>`, `<RemixServer nonce>`, …): others do not run (CSP). */
  cspNonce: string;
  /** Writes to the log, under the request's id, what went wrong while the page was made. */
  reportError?(error: unknown): void;
  visitor: Visitor;
  /** Sites the visitor may see, by name. */
  sites(): Promise<SiteItem[]>;
  /** The live picture of a site, the same as the stream's `snapshot` event; null when there is no such site or it is not theirs. */
  snapshot(site: string): Promise<Snapshot | null>;
  /** @throws Response 400 or 404 as the API does. */
  readings(query: { signal: string; from: string; to: string; points: number }): Promise<Readings>;
  /** Newest first; `cursor` continues below that id. */
  deadLetters(query: {
    cursor: string | null;
    limit: number;
    filter?: DeadLetterFilter;
  }): Promise<{ items: DeadLetterItem[]; next: string | null }>;
  /** What the whole installation keeps of what was refused. */
  deadLetterTotals(): Promise<DeadLetterTotals>;
  /** Asks for letters to be replayed, which telemetry does within about a second. @returns how many will be. */
  replayDeadLetters(asked: { ids: readonly number[] } | { filter: DeadLetterFilter }): Promise<number>;
  /** Every writer heard in the last 10 s, and the ledger's sums over all time. */
  data(): Promise<{ writers: WriterStatus[]; ledger: LedgerTotal; position: number; at: number }>;
  /** How a machine reaches us: for the page "Connect a machine". */
  broker: { embedded: boolean; host: string; port: number; url: string };
  /** null outside demo mode. */
  banner: string | null;
}

export interface Visitor {
  name: string;
  organisationIds: readonly number[];
}

export interface LedgerTotal {
  messages: number;
  received: number;
  stored: number;
  duplicate: number;
  conflict: number;
  deadLettered: number;
}
