import type {
  LiveEvent,
  LiveLine,
  LiveMachine,
  LiveReading,
  LiveSignal,
  Snapshot,
} from '../../contracts/live.ts';

/**
 * Folds one event of the stream into the page's picture of a site. It must never touch what did not change: every
 * line, machine and signal that stays the same stays the same object, so only changed tiles render again.
 */
export function applyEvent(picture: Snapshot, event: LiveEvent): Snapshot {
  switch (event.name) {
    case 'snapshot':
      return event.data;
    case 'readings':
      return withPosition(applyReadings(picture, event.data), event.position);
    case 'machine':
      return withPosition(
        mapMachines(picture, (machine) =>
          machine.machineId === event.data.machineId ? applyState(machine, event.data, picture.at) : machine,
        ),
        event.position,
      );
    case 'beat':
      return withPosition(advance({ ...picture, beat: event.data }, event.data.at), event.position);
    case 'resync':
      // The snapshot that follows replaces the picture; until then the last known one stands.
      return picture;
  }
}

export const TREND_STEP_MS = 15_000;
const TREND_STEPS = 60;
const STATES_MS = 8 * 3_600_000;
/** A machine that flickers must not grow the page: beyond this the oldest states go. */
const MAX_STATES = 2_000;

const withPosition = (picture: Snapshot, position: number): Snapshot =>
  position > picture.position ? { ...picture, position } : picture;

function applyReadings(picture: Snapshot, readings: readonly LiveReading[]): Snapshot {
  const bySignal = new Map(readings.map((reading) => [reading[0], reading]));
  const lastStep = Math.floor(picture.at / TREND_STEP_MS);
  return mapMachines(picture, (machine) => {
    const signals = mapChanged(machine.signals, (signal) => {
      const reading = bySignal.get(signal.signalId);
      return reading === undefined ? signal : withReading(signal, reading, lastStep);
    });
    return signals === machine.signals ? machine : { ...machine, signals };
  });
}

function withReading(signal: LiveSignal, reading: LiveReading, lastStep: number): LiveSignal {
  const [, at, value, quality] = reading;
  // Late data never becomes the latest (guarantee 4).
  if (signal.at !== null && at < signal.at) return signal;
  return { ...signal, at, value, quality, trend: trendWith(signal.trend, at, value, lastStep) };
}

/** A machine's clock may run ahead of ours: what lies beyond the last step counts as the last step. */
function trendWith(
  trend: LiveSignal['trend'],
  at: number,
  value: LiveReading[2],
  lastStep: number,
): LiveSignal['trend'] {
  if (trend === null || typeof value !== 'number') return trend;
  const index = Math.min(trend.length - 1, trend.length - 1 - (lastStep - Math.floor(at / TREND_STEP_MS)));
  if (index < 0 || trend[index] === value) return trend;
  const next = trend.slice();
  next[index] = value;
  return next;
}

/** Moves the picture's time on: trends shift by the steps that began, states older than the strip go. */
function advance(picture: Snapshot, at: number): Snapshot {
  if (at <= picture.at) return picture;
  const steps = Math.floor(at / TREND_STEP_MS) - Math.floor(picture.at / TREND_STEP_MS);
  const moved = { ...picture, at };
  return steps === 0
    ? moved
    : mapMachines(moved, (machine) => ({
        ...machine,
        states: recentStates(machine.states, at),
        signals: mapChanged(machine.signals, (signal) => withShiftedTrend(signal, steps)),
      }));
}

function withShiftedTrend(signal: LiveSignal, steps: number): LiveSignal {
  if (signal.trend === null) return signal;
  const empty = Array.from<null>({ length: Math.min(steps, TREND_STEPS) }).fill(null);
  return { ...signal, trend: [...signal.trend, ...empty].slice(-TREND_STEPS) };
}

function applyState(
  machine: LiveMachine,
  { state, reason, since }: Pick<LiveMachine, 'state' | 'reason' | 'since'>,
  now: number,
): LiveMachine {
  const from = since ?? now;
  const before = machine.states.filter(([each]) => each < from);
  return { ...machine, state, reason, since, states: recentStates([...before, [from, state, reason]], now) };
}

/** The state that was on when the strip begins is kept: without it the strip would begin empty. */
function recentStates(states: LiveMachine['states'], now: number): LiveMachine['states'] {
  const inside = states.findIndex(([since]) => since > now - STATES_MS);
  const first = inside < 0 ? states.length - 1 : Math.max(0, inside - 1);
  const kept = states.slice(Math.max(first, states.length - MAX_STATES, 0));
  return kept.length === states.length ? states : kept;
}

function mapMachines(picture: Snapshot, change: (machine: LiveMachine) => LiveMachine): Snapshot {
  const lines = mapChanged(picture.lines, (line): LiveLine => {
    const machines = mapChanged(line.machines, change);
    return machines === line.machines ? line : { ...line, machines };
  });
  return lines === picture.lines ? picture : { ...picture, lines };
}

/** Like `map`, but the list itself stays when none of its items changed. */
function mapChanged<Item>(items: Item[], change: (item: Item) => Item): Item[] {
  let changed: Item[] | null = null;
  items.forEach((item, i) => {
    const next = change(item);
    if (next !== item) (changed ??= [...items])[i] = next;
  });
  return changed ?? items;
}
