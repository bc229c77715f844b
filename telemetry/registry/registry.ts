import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import { createLines, createSignals, type NewSignal } from './create-equipment.ts';
import { declareUnits } from './declare-units.ts';
import { findLines, type FoundLine } from './find-lines.ts';
import { findOrCreate, type Level, type Refused, type Wanted } from './find-or-create.ts';
import { findSignals, type FoundSignal } from './find-signals.ts';
import { createHourlyBudget } from './hourly-budget.ts';
import { readOwnership, type Ownership, type SiteOwner } from './site-owners.ts';

// Knows the id of every path seen, and creates what is unknown in one short transaction for a whole batch. It must
// never answer with an id that was not committed, and never create more than its bound allows.

/** A signal with what the writer remembers of it between batches. */
export interface KnownSignal extends FoundSignal {
  /** Whether numbers and texts were both seen since the start: then each is checked against the other's table too. */
  mixed: boolean;
}

export type WantedSignal = NewSignal & Wanted;
export type Refusals = ReadonlyMap<string, Refused>;

export interface Registry {
  signal(path: string): KnownSignal | undefined;
  line(path: string): FoundLine | undefined;
  owner(site: string): SiteOwner | undefined;
  organisationId(slug: string): number | null;
  /** Makes the signals known, creating what does not exist. @returns why, by path, for those that were refused. */
  ensureSignals(wanted: readonly WantedSignal[]): Promise<Refusals>;
  ensureLines(wanted: readonly Wanted[]): Promise<Refusals>;
  /** Sets the units of signals that have none yet. */
  declareUnits(units: ReadonlyMap<string, string>): Promise<void>;
  /** Reads ownership anew and forgets all ids: at the start, and when something was removed. */
  reload(): Promise<void>;
  /** Creations refused by the hourly bound. */
  readonly creationsRefused: number;
}

/** Paths looked up or created in one transaction, so that it stays short. */
const SLICE = 500;
const REMEMBER_REFUSAL_MS = 10_000;
const MAX_REMEMBERED = 10_000;

const SIGNALS: Level<WantedSignal, FoundSignal> = {
  find: findSignals,
  create: async (sql, missing, organisationOf) => {
    await createLines(
      sql,
      missing.map((one) => one.path),
      organisationOf,
    );
    await createSignals(sql, missing);
  },
};
const LINES: Level<Wanted, FoundLine> = {
  find: findLines,
  create: (sql, missing, organisationOf) =>
    createLines(
      sql,
      missing.map((one) => one.path),
      organisationOf,
    ),
};

export function createRegistry(deps: {
  database: Database;
  clock: Clock;
  defaultOrganisation: string;
  creationsPerHour: number;
  /** Called after a commit that took a position. */
  onPosition: (position: number) => void;
}): Registry {
  const { database, clock, defaultOrganisation, onPosition } = deps;
  const budget = createHourlyBudget(clock, deps.creationsPerHour);
  const signals = new Map<string, KnownSignal>();
  const lines = new Map<string, FoundLine>();
  const refusals = new Map<string, { refused: Refused; untilMs: number }>();
  let ownership: Ownership = { sites: new Map(), organisations: new Map() };
  let creationsRefused = 0;

  function rememberSignals(found: readonly FoundSignal[]): void {
    for (const signal of found) {
      signals.set(signal.path, { ...signal, mixed: signals.get(signal.path)?.mixed ?? false });
    }
  }

  function rememberRefusals(refused: Refusals): void {
    if (refusals.size + refused.size > MAX_REMEMBERED) refusals.clear();
    for (const [path, why] of refused) {
      if (why.reason !== 'creation_limit') continue;
      creationsRefused++;
      refusals.set(path, { refused: why, untilMs: clock.now() + REMEMBER_REFUSAL_MS });
    }
  }

  /** One short transaction; what it found counts only after its commit. */
  async function ensureSlice<W extends Wanted, F extends { path: string }>(
    wanted: readonly W[],
    level: Level<W, F>,
    remember: (found: readonly F[]) => void,
  ): Promise<Refusals> {
    let spent = 0;
    const spend = (count: number) => (spent = budget.spend(count));
    const rules = { budget: { ...budget, spend }, defaultOrganisation };
    try {
      const { found, refused, created } = await database.transaction({ role: 'sentia_writer' }, (sql) =>
        findOrCreate(sql, wanted, level, rules),
      );
      remember(found);
      rememberRefusals(refused);
      if (created !== null) ownership = created.ownership;
      const position = created?.position ?? null;
      if (position !== null) onPosition(position);
      return refused;
    } catch (error) {
      budget.giveBack(spent);
      throw error;
    }
  }

  async function ensure<W extends Wanted, F extends { path: string }>(
    wanted: readonly W[],
    level: Level<W, F>,
    remember: (found: readonly F[]) => void,
  ): Promise<Refusals> {
    const refused = new Map<string, Refused>();
    const unknown: W[] = [];
    for (const one of wanted) {
      const remembered = refusals.get(one.path);
      if (remembered !== undefined && clock.now() < remembered.untilMs)
        refused.set(one.path, remembered.refused);
      else unknown.push(one);
    }
    for (let from = 0; from < unknown.length; from += SLICE) {
      const slice = await ensureSlice(unknown.slice(from, from + SLICE), level, remember);
      for (const [path, why] of slice) refused.set(path, why);
    }
    return refused;
  }

  return {
    signal: (path) => signals.get(path),
    line: (path) => lines.get(path),
    owner: (site) => ownership.sites.get(site),
    organisationId: (slug) => ownership.organisations.get(slug) ?? null,
    get creationsRefused() {
      return creationsRefused;
    },
    ensureSignals: (wanted) => ensure(wanted, SIGNALS, rememberSignals),
    ensureLines: (wanted) =>
      ensure(wanted, LINES, (found) => {
        for (const line of found) lines.set(line.path, line);
      }),
    declareUnits: async (units) => {
      const declared = [...units].flatMap(([path, unit]) => {
        const signal = signals.get(path);
        return signal === undefined ? [] : [{ signal, unit }];
      });
      const { found, position } = await database.transaction({ role: 'sentia_writer' }, (sql) =>
        declareUnits(sql, declared),
      );
      rememberSignals(found);
      if (position !== null) onPosition(position);
    },
    reload: async () => {
      signals.clear();
      lines.clear();
      refusals.clear();
      ownership = await database.transaction({ role: 'sentia_writer' }, readOwnership);
    },
  };
}
