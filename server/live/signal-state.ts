import type { LiveReading } from '../../contracts/live.ts';
import type { Quality } from '../../contracts/quality.ts';
import type { Reading } from '../../contracts/reading.ts';
import { createCadence, type Cadence } from './cadence.ts';
import type { Trend } from './trend.ts';

/** What is known of one signal now. */
export interface SignalState {
  signalId: number;
  /** Whether it says texts: what it says besides (a number among texts) is shown but does not make its cadence. */
  texts: boolean;
  atMicros: number | null;
  value: number | string | null;
  quality: Quality;
  /** The position that brought the latest value; a client that has seen it needs no update. */
  position: number;
  cadence: Cadence;
  /** Only key signals carry one. */
  trend: Trend | null;
  /** Since the last frame: readings newer than `afterMicros` and the range of their values. */
  frame: { afterMicros: number; min: number; max: number };
}

export function createSignalState(signalId: number, kind: 'number' | 'boolean' | 'text'): SignalState {
  return {
    signalId,
    texts: kind === 'text',
    atMicros: null,
    value: null,
    quality: 'good',
    position: 0,
    cadence: createCadence(),
    trend: null,
    frame: { afterMicros: -Infinity, min: Infinity, max: -Infinity },
  };
}

/**
 * Takes one stored reading. Late data never becomes the latest. A number and a text may carry the same time: then the
 * number counts, whichever came first, so that every server shows the same after any restart.
 * @returns whether it is the latest now.
 */
export function applyReading(signal: SignalState, reading: Reading, position: number): boolean {
  const { atMicros, value } = reading;
  if ((typeof value === 'string') === signal.texts) signal.cadence.add(atMicros);
  if (typeof value === 'number' && reading.quality !== 'bad') {
    signal.trend?.put(atMicros / 1000, value);
    if (atMicros > signal.frame.afterMicros) {
      signal.frame.min = Math.min(signal.frame.min, value);
      signal.frame.max = Math.max(signal.frame.max, value);
    }
  }
  if (signal.atMicros !== null) {
    if (atMicros < signal.atMicros) return false;
    if (atMicros === signal.atMicros && (typeof value === 'string' || typeof signal.value !== 'string')) {
      // The same reading, met again while the ledger's last seconds are read after a start: now its position is known.
      if (value === signal.value) signal.position = Math.max(signal.position, position);
      return false;
    }
  }
  signal.atMicros = atMicros;
  signal.value = value;
  signal.quality = reading.quality;
  signal.position = position;
  return true;
}

/** The latest as it stands in a `readings` event; min and max where they differ from the value. */
export function liveReading(signal: SignalState): LiveReading | null {
  if (signal.atMicros === null) return null;
  const atMs = signal.atMicros / 1000;
  const { min, max } = signal.frame;
  if (
    typeof signal.value === 'number' &&
    signal.quality !== 'bad' &&
    min <= max &&
    (min !== signal.value || max !== signal.value)
  ) {
    return [signal.signalId, atMs, signal.value, signal.quality, min, max];
  }
  return [signal.signalId, atMs, signal.value, signal.quality];
}

export function beginFrame(signal: SignalState): void {
  signal.frame.afterMicros = signal.atMicros ?? -Infinity;
  signal.frame.min = Infinity;
  signal.frame.max = -Infinity;
}
