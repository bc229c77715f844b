import type { Logger } from 'pino';
import type { SiteItem } from '../../contracts/api/equipment.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import type { WriterStatus } from '../../contracts/feed.ts';
import { createAskDatabase } from './ask-database.ts';
import { composeBeat, type PartState } from './beat.ts';
import { createHub, type Hub } from './hub.ts';
import { byName } from './key-signals.ts';
import { createLedgerReader, type Reached } from './ledger-reader.ts';
import { createLivePicture, type LivePicture } from './live-picture.ts';
import { createPictureKeeper } from './picture-keeper.ts';
import { createWriterBook, type HeardWriter } from './writer-book.ts';

/** The live path of one server: from the ledger to the clients of the stream. */
export interface Live {
  picture: LivePicture;
  hub: Hub;
  /** Whether the first picture is loaded. */
  loaded(): boolean;
  /** null when there is no such site, or nothing is loaded yet. */
  organisationOf(site: string): number | null;
  /** Sites of these organisations by name; from memory, so that pages stand while the database does not answer. */
  sites(organisationIds: readonly number[]): SiteItem[];
  writers(): HeardWriter[];
  onBell(position: number): void;
  onWriter(status: WriterStatus): void;
  onBrokerChange(): void;
  reach(position: number, limitMs: number): Promise<Reached>;
  /** Called once, when the first picture is loaded. */
  onFirstLoad(run: () => void): void;
  start(): void;
  stop(): Promise<void>;
}

/** Wires the parts; `broker` tells whether the bell is heard, and who finds that changed calls `onBrokerChange`. */
export function createLive(deps: {
  database: Database;
  clock: Clock;
  log: Logger;
  broker: () => PartState;
}): Live {
  const { database, clock, log } = deps;
  const firstLoad: (() => void)[] = [];
  const book = createWriterBook(clock);
  const asking = createAskDatabase({ database, clock, onStateChange: () => hub.beatChanged() });
  const keeper = createPictureKeeper({
    ask: asking.ask,
    clock,
    log,
    onChange: (replaced) => {
      hub.changed(replaced);
      if (replaced) firstLoad.splice(0).forEach((run) => run());
    },
  });
  const reader = createLedgerReader({
    ask: asking.ask,
    clock,
    consumer: keeper,
    onProblem: createProblemLog(log),
    onStateChange: () => hub.beatChanged(),
  });
  const picture = createLivePicture({ clock, picture: () => keeper.picture(), beat });
  const hub = createHub({
    clock,
    live: picture,
    picture: () => keeper.picture(),
    floor: () => keeper.floor(),
  });

  function beat() {
    const answering = asking.state();
    return composeBeat({
      nowMs: clock.now(),
      position: keeper.picture()?.position() ?? 0,
      database: answering.ok ? reader.state() : answering,
      broker: deps.broker(),
      writers: book.writers(),
    });
  }

  return {
    picture,
    hub,
    loaded: () => keeper.picture() !== null,
    organisationOf: (site) => keeper.picture()?.site(site)?.info.organisationId ?? null,
    sites: (organisationIds) =>
      (keeper.picture()?.sites() ?? [])
        .map((site) => site.info)
        .filter((info) => organisationIds.includes(info.organisationId))
        .sort((a, b) => byName(a.name, b.name))
        .map(({ organisationId: _, ...item }) => item),
    writers: () => book.writers(),
    onBell: (position) => reader.wake(position),
    onWriter: (status) => {
      book.hear(status);
      hub.beatChanged();
    },
    onBrokerChange() {
      if (!deps.broker().ok) book.doubt();
      hub.beatChanged();
    },
    reach: (position, limitMs) => reader.reach(position, limitMs),
    onFirstLoad: (run) => void firstLoad.push(run),
    start() {
      hub.start();
      reader.start();
    },
    async stop() {
      hub.stop();
      await reader.stop();
    },
  };
}

/** One line per problem, not one per attempt. */
function createProblemLog(log: Logger): (what: string, error: unknown) => void {
  let last = '';
  return (what, error) => {
    const line = `${what} ${error instanceof Error ? error.message : ''}`;
    if (line !== last) log.warn({ err: error }, what);
    last = line;
  };
}
