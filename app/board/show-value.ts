import type { LiveSignal } from '../../contracts/live.ts';
import { decimalsFor, formatExact, formatShort } from '../text/format-number.ts';
import { humanise } from '../text/humanise.ts';

/** @returns the value as people read it; a dash where there is none. */
export function showValue({ value, kind, trend }: Pick<LiveSignal, 'value' | 'kind' | 'trend'>): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value === '' ? '–' : humanise(value);
  if (kind === 'boolean') return value === 0 ? 'Off' : 'On';
  return formatShort(value, decimalsFor(value, trend ?? []));
}

/** As `showValue`, with all the digits that say something: for where a value is read and not glanced at. */
export function showExact(signal: Pick<LiveSignal, 'value' | 'kind' | 'trend'>): string {
  return typeof signal.value === 'number' && signal.kind !== 'boolean'
    ? formatExact(signal.value)
    : showValue(signal);
}
