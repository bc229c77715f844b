import { expect, test } from 'vitest';
import { slugOfHeader } from './slug-of-header.ts';

test.each([
  { header: 'Process_temperature ', slug: 'Process_temperature' },
  { header: 'CO2(tCO2)', slug: 'CO2(tCO2)' },
  { header: 'Lagging_Current_Reactive.Power_kVar', slug: 'Lagging_Current_Reactive.Power_kVar' },
  { header: 'flow m3/h', slug: 'flow m3.h' },
  { header: 'motor #2 +24V', slug: 'motor _2 _24V' },
  { header: 'line\nbreak', slug: 'line break' },
  { header: '  ', slug: 'column_4' },
])('the header "$header" names the signal $slug', ({ header, slug }) => {
  expect(slugOfHeader(header, 4)).toEqual({ ok: true, slug });
});

test('a header of more than 100 characters is refused with its length', () => {
  expect(slugOfHeader('x'.repeat(101), 1)).toEqual({
    ok: false,
    reason: 'has 101 characters, 100 are allowed',
  });
});
