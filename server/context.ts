import type { Clock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';
import type { Snapshot } from '../contracts/live.ts';
import type { AppContext, Visitor } from './app-context.ts';
import type { Live } from './live/live.ts';
import { decodeCursor } from './queries/cursor.ts';
import { ledgerTotal } from './queries/ledger-total.ts';
import { deadLetterTotals } from './queries/dead-letter-totals.ts';
import { ANY_LETTER, listDeadLetters } from './queries/list-dead-letters.ts';
import { requestReplay, requestReplayOf } from './queries/request-replay.ts';

/** What is the same for all requests. */
export interface ContextDeps {
  database: Database;
  live: Live;
  clock: Clock;
  broker: AppContext['broker'];
  banner: string | null;
  readings: (
    visitor: Visitor,
    query: Parameters<AppContext['readings']>[0],
  ) => ReturnType<AppContext['readings']>;
}

/** What is of one request. */
export interface RequestFacts {
  requestId: string;
  cspNonce: string;
  visitor: Visitor;
  reportError: (error: unknown) => void;
}

/** Builds what loaders receive: questions that are already bound to who asks. */
export function createContext(deps: ContextDeps, request: RequestFacts): AppContext {
  const { database, live, clock } = deps;
  const { organisationIds } = request.visitor;

  return {
    ...request,
    broker: deps.broker,
    banner: deps.banner,
    sites: () => Promise.resolve(live.sites(organisationIds)),
    snapshot: (site) => Promise.resolve(theirSnapshot(site)),
    readings: (query) => deps.readings(request.visitor, query),
    async deadLetters({ cursor, limit, filter = ANY_LETTER }) {
      const below = cursor === null ? null : decodeCursor('dead-letters', cursor);
      if (cursor !== null && below === null)
        throw new Response('The cursor is none of this list.', { status: 400 });
      return listDeadLetters(database, organisationIds, { below, limit, filter });
    },
    deadLetterTotals: () => deadLetterTotals(database),
    replayDeadLetters: (asked) =>
      'ids' in asked
        ? requestReplay(database, organisationIds, asked.ids)
        : requestReplayOf(database, organisationIds, asked.filter),
    async data() {
      const ledger = await ledgerTotal(database);
      const writers = live.writers().map((writer) => writer.status);
      return { writers, ledger, position: live.picture.position(), at: clock.now() };
    },
  };

  function theirSnapshot(site: string): Snapshot | null {
    const organisationId = live.organisationOf(site);
    if (organisationId === null || !organisationIds.includes(organisationId)) return null;
    return live.picture.snapshot(site);
  }
}
