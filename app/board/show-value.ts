import type { LiveSignal } from '../../contracts/live.ts';
import { decimalsFor, formatShort } from '../text/format-number.ts';
import { humanise } from '../text/humanise.ts';

/** @returns the value as people read it; a dash where there is none. */
export function showValue({ value, kind, trend }: Pick<LiveSignal, 'value' | 'kind' | 'trend'>): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value === '' ? '–' : humanise(value);
  if (kind === 'boolean') return value === 0 ? 'Off' : 'On';
  return formatShort(value, decimalsFor(value, trend ?? []));
}
