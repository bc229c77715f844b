import type { DecodedReading } from '../decode/decoded.ts';
import type { KnownSignal } from '../registry/registry.ts';
import { knownConversion, knownUnit } from '../units/units.ts';

/**
 * Brings a reading into the unit that its signal is kept in. Doing it again changes nothing, so a batch may be prepared
 * again. @returns false when it cannot be: numbers of another unit under the same name would be wrong numbers.
 */
export function inUnitOf(known: Pick<KnownSignal, 'unit'>, reading: DecodedReading): boolean {
  const { unit, value, kind } = reading;
  if (unit === null || unit === known.unit || known.unit === null)
    return unit === null || unit === known.unit;
  const code = knownUnit(known.unit) ?? known.unit;
  if (unit !== code) {
    const convert = knownConversion(unit, code);
    if (convert === undefined || convert === null || kind !== 'number' || typeof value === 'string')
      return false;
    const converted = value === null ? null : convert(value);
    if (converted !== null && !Number.isFinite(converted)) return false;
    reading.value = converted;
  }
  reading.unit = known.unit;
  return true;
}
