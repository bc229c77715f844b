/** What the choice of a machine's key signals looks at. */
export interface KeySignalCandidate {
  signalId: number;
  signal: string;
  unit: string | null;
  kind: 'number' | 'boolean' | 'text';
}

export const MOST_KEY_SIGNALS = 4;

/** Counters only grow: their level tells nobody how the machine is. */
const COUNTER_NAME =
  /(^|[^a-z])(count(er|s)?|total(s|iser|izer)?|good|rejects?|rejected|scrap|pieces|parts|produced|cycles|seq|sequence|id|index|timestamp)([^a-z]|$)/;
const COUNTER_UNITS = new Set([
  '1',
  '{pcs}',
  'pcs',
  '{pieces}',
  '{count}',
  '{cycles}',
  'kW.h',
  'kWh',
  'W.h',
  'MW.h',
]);

/** Quantities by what they tell of a machine's condition, UCUM codes. */
const QUANTITIES: readonly RegExp[] = [
  /^(Cel|K|\[degF\]|°C)$/,
  /^(m\/(s|min|h)|mm\/min|km\/h|(\{?(rev|rpm)\}?)(\/min)?|\/min|\/h|Hz|1\/min|\{.+\}\/(s|min|h))$/,
  /^([mkM]?(bar|Pa)|\[psi\])$/,
  /^(mm\/s|m\/s2|\[g\]|um)$/,
  /^([kM]?W|[kM]?VA|[kM]?var)$/,
  /^([mk]?A|[mk]?V)$/,
];

/**
 * Picks the signals that a wall board shows: numbers, those with a unit first, one of each quantity before a second,
 * counters only where there is nothing else. The choice hangs on names and units alone, so every server makes the same.
 */
export function chooseKeySignals(signals: readonly KeySignalCandidate[]): number[] {
  const numbers = signals
    .filter((signal) => signal.kind === 'number')
    .map((signal) => ({ ...signal, rank: rankOf(signal), again: 0 }))
    .sort((a, b) => a.rank - b.rank || byName(a.signal, b.signal));
  const seen = new Map<string, number>();
  for (const signal of numbers) {
    if (signal.unit === null) continue;
    signal.again = seen.get(signal.unit) ?? 0;
    seen.set(signal.unit, signal.again + 1);
  }
  const telling = numbers.filter((signal) => signal.rank !== COUNTER);
  return (telling.length > 0 ? telling : numbers)
    .sort(
      (a, b) =>
        Number(a.unit === null) - Number(b.unit === null) ||
        a.again - b.again ||
        a.rank - b.rank ||
        byName(a.signal, b.signal),
    )
    .slice(0, MOST_KEY_SIGNALS)
    .map((signal) => signal.signalId);
}

const OTHER_UNIT = QUANTITIES.length;
const NO_UNIT = OTHER_UNIT + 1;
const COUNTER = OTHER_UNIT + 2;

function rankOf(signal: KeySignalCandidate): number {
  const words = signal.signal.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  if (COUNTER_NAME.test(words)) return COUNTER;
  const unit = signal.unit;
  if (unit === null) return NO_UNIT;
  if (COUNTER_UNITS.has(unit)) return COUNTER;
  const quantity = QUANTITIES.findIndex((pattern) => pattern.test(unit));
  return quantity === -1 ? OTHER_UNIT : quantity;
}

const collator = new Intl.Collator('en', { numeric: true });

/** Names as people sort them (`tag2` before `tag10`), exact where two differ only in case. */
export function byName(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
