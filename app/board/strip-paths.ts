import type { LiveMachine } from '../../contracts/live.ts';
import type { MachineState } from '../../contracts/machine-state.ts';

/** A strip is drawn in minutes. */
export const STRIP_WIDTH = 480;
export const STRIP_HEIGHT = 12;
export const STRIP_MS = STRIP_WIDTH * 60_000;
/** A stop of seconds is still seen. */
const NARROWEST = 0.8;

type Drawn = MachineState | 'stale';

/** Top and bottom of each state in the strip's height. */
const BANDS: Record<Drawn, [number, number]> = {
  running: [2, 12],
  idle: [9, 12],
  planned_stop: [10.6, 12],
  changeover: [6, 12],
  breakdown: [0, 12],
  unknown: [11.4, 12],
  stale: [2, 12],
};

/** @returns one path a state, later states in front; `until` is the right edge. */
export function stripPaths(
  states: LiveMachine['states'],
  until: number,
  staleFrom: number | null,
): { state: Drawn; d: string }[] {
  const from = until - STRIP_MS;
  const x = (at: number) => Math.min(STRIP_WIDTH, Math.max(0, (at - from) / 60_000));
  const pieces = new Map<Drawn, string[]>();
  const draw = (state: Drawn, begin: number, end: number) => {
    if (end <= from || begin >= until || end <= begin) return;
    const [top, bottom] = BANDS[state];
    const left = x(begin);
    const width = Math.max(state === 'breakdown' ? NARROWEST : 0.2, x(end) - left);
    const piece = `M${round(left)} ${top}h${round(width)}V${bottom}h${round(-width)}z`;
    pieces.set(state, [...(pieces.get(state) ?? []), piece]);
  };
  const known = staleFrom ?? until;
  states.forEach(([since, state], i) => draw(state, since, Math.min(known, states[i + 1]?.[0] ?? until)));
  if (staleFrom !== null) draw('stale', staleFrom, until);
  return DRAWING_ORDER.flatMap((state) => {
    const drawn = pieces.get(state);
    return drawn === undefined ? [] : [{ state, d: drawn.join('') }];
  });
}

/** What matters most is drawn last, over its neighbours. */
const DRAWING_ORDER: readonly Drawn[] = [
  'unknown',
  'planned_stop',
  'idle',
  'changeover',
  'running',
  'stale',
  'breakdown',
];

const round = (value: number) => Math.round(value * 100) / 100;

/** @returns the full hours within the strip, every second one, with where they stand as a share of its width. */
export function stripHours(until: number, minuteOfHour: number): { at: number; share: number }[] {
  const lastHour = until - minuteOfHour * 60_000;
  return Array.from({ length: 5 }, (_, i) => lastHour - (4 - i) * 7_200_000)
    .map((at) => ({ at, share: (at - (until - STRIP_MS)) / STRIP_MS }))
    .filter(({ share }) => share >= 0 && share <= 1);
}
