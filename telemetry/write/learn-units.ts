import type { Part } from '../message.ts';
import type { Registry } from '../registry/registry.ts';
import { knownConversion, knownUnit, learnConversion, learnUnits } from '../units/units.ts';

/** Brings every unit of a batch to its UCUM code. Nearly all are known since they were decoded. */
export async function learnUnitsOf(parts: readonly Part[]): Promise<void> {
  for (const { readings } of parts) {
    for (const reading of readings) {
      const { unit } = reading;
      if (unit === null) continue;
      if (knownUnit(unit) === undefined) await learnUnits([unit]);
      reading.unit = knownUnit(unit) ?? unit;
    }
  }
}

/** Finds the conversions that a batch needs: `inUnitOf` then applies them. */
export async function learnConversions(parts: readonly Part[], registry: Registry): Promise<void> {
  for (const { readings } of parts) {
    for (const { path, unit } of readings) {
      if (unit === null) continue;
      const kept = registry.signal(path)?.unit ?? unit;
      if (unit === kept) continue;
      // What an earlier version stored may be no UCUM code yet.
      await learnUnits([kept]);
      const code = knownUnit(kept) ?? kept;
      if (unit !== code && knownConversion(unit, code) === undefined) await learnConversion(unit, code);
    }
  }
}
