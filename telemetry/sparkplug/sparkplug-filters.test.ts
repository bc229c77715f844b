import { expect, test } from 'vitest';
import { plainFilters, sparkplugFilters } from './sparkplug-filters.ts';

test.each([
  { topics: ['plants/#', 'spBv1.0/#'], sparkplug: ['spBv1.0/#'], plain: ['plants/#'] },
  { topics: ['plants/#'], sparkplug: [], plain: ['plants/#'] },
  { topics: ['#'], sparkplug: ['spBv1.0/#'], plain: ['#'] },
  {
    topics: ['spBv1.0/Plant1/#', 'spBv1.0/Plant2/#'],
    sparkplug: ['spBv1.0/Plant1/#', 'spBv1.0/Plant2/#'],
    plain: [],
  },
  {
    topics: ['$share/sentia/plants/#', '$share/sentia/spBv1.0/#'],
    sparkplug: ['spBv1.0/#'],
    plain: ['$share/sentia/plants/#'],
  },
])('of $topics Sparkplug reads $sparkplug, everything else $plain', ({ topics, sparkplug, plain }) => {
  expect(sparkplugFilters(topics)).toEqual(sparkplug);
  expect(plainFilters(topics)).toEqual(plain);
});
