import type { LiveSignal, Snapshot } from '../../contracts/live.ts';
import type { AppContext } from '../../server/app-context.ts';
import type { MachinePlace } from '../machine/find-machine.ts';

const MOST_ARRIVALS = 12;
const MOST_LETTERS = 5;

export interface Arrival extends MachinePlace {
  site: string;
  signal: LiveSignal;
}

/** What arrives on the visitor's own sites, newest first, and what was refused. */
export async function loadConnect(context: AppContext) {
  const [sites, letters] = await Promise.all([
    context.sites(),
    context.deadLetters({ cursor: null, limit: MOST_LETTERS }),
  ]);
  const pictures = await Promise.all(sites.map(({ site }) => context.snapshot(site)));
  const known = pictures.filter((picture) => picture !== null);
  const own = known.filter(({ site }) => !site.simulated);
  return {
    at: Date.now(),
    arrivals: own
      .flatMap(arrivalsOf)
      .sort((a, b) => (b.signal.at ?? 0) - (a.signal.at ?? 0))
      .slice(0, MOST_ARRIVALS),
    ownSites: own.map(({ site }) => ({ site: site.site, name: site.name, timeZone: site.timeZone })),
    live: known[0]?.beat.live ?? true,
    readingsPerS: known[0]?.beat.readingsPerS ?? 0,
    letters: letters.items,
  };
}

const arrivalsOf = (picture: Snapshot): Arrival[] =>
  picture.lines.flatMap(({ area, line, machines }) =>
    machines.flatMap(({ machine, signals }) =>
      signals.flatMap((signal) =>
        signal.at === null
          ? []
          : [{ site: picture.site.site, area, line, machine, signal: { ...signal, trend: null } }],
      ),
    ),
  );

export type ConnectNow = Awaited<ReturnType<typeof loadConnect>>;
