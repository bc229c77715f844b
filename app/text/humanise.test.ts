import { expect, test } from 'vitest';
import { humanise } from './humanise.ts';

test.each([
  ['temperature', 'Temperature'],
  ['main_drive-temperature', 'Main drive temperature'],
  ['CO2', 'CO2'],
  ['cnc-1', 'CNC 1'],
  ['spindle-rpm', 'Spindle RPM'],
  ['Lagging_Current_Reactive.Power_kVarh', 'Lagging Current Reactive.Power kVarh'],
  ['line-3', 'Line 3'],
  ['__', '__'],
])('%s is read by people as %s', (slug, words) => {
  expect(humanise(slug)).toBe(words);
});
