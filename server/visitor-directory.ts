import type { Clock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';
import type { Visitor } from './app-context.ts';

/** Who visits while there is no sign-in: everybody at this machine, belonging to the organisations named. */
export interface VisitorDirectory {
  visitor(): Visitor;
  /** Whether the organisations were read once. */
  known(): boolean;
  /** Resolves when the organisations were read for the first time. */
  start(): Promise<void>;
  stop(): void;
}

/** Telemetry creates the organisations when it starts, which may be after us. */
const MISSING_MS = 1000;
const KNOWN_MS = 30_000;

/** Keeps the organisations' ids, which requests need at once, up to date. */
export function createVisitorDirectory(deps: {
  database: Database;
  clock: Clock;
  /** Slugs: the installation's own and, in demo mode, the demo. */
  organisations: readonly string[];
  onProblem: (error: unknown) => void;
}): VisitorDirectory {
  const { database, clock, organisations } = deps;
  let organisationIds: readonly number[] = [];
  let known = false;
  let endFirstLook: () => void = () => undefined;
  const firstLook = new Promise<void>((resolve) => (endFirstLook = resolve));
  let stopped = false;
  let cancel: () => void = () => undefined;

  async function look(): Promise<void> {
    try {
      const rows = await database.transaction(
        { role: 'sentia_reader' },
        (sql) => sql<{ organisation_id: number }>`
          SELECT organisation_id FROM public.organisation WHERE slug = ANY (${organisations}::text[])
          ORDER BY organisation_id`,
      );
      known = true;
      endFirstLook();
      organisationIds = rows.map((row) => row.organisation_id);
    } catch (error) {
      deps.onProblem(error);
    }
    if (stopped) return;
    cancel = clock.after(
      organisationIds.length < organisations.length ? MISSING_MS : KNOWN_MS,
      () => void look(),
    );
  }

  return {
    visitor: () => ({ name: 'Demo', organisationIds }),
    known: () => known,
    start: () => {
      void look();
      return firstLook;
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
