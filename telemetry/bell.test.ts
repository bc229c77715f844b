import { expect, test } from 'vitest';
import { BELL_TOPIC } from '../contracts/bell.ts';
import { createFakeClock } from '../tests/support/fake-clock.ts';
import { createBell } from './bell.ts';

test('the first commit rings at once, those within 5 ms ring together with the highest position', () => {
  const clock = createFakeClock();
  const rung: string[] = [];
  const bell = createBell({ clock, publish: (topic, payload) => rung.push(`${topic} ${payload}`) });
  for (const position of [1, 2, 4, 3]) bell.ring(position);
  expect(rung).toEqual([`${BELL_TOPIC} 1`]);
  clock.advance(5);
  expect(rung).toEqual([`${BELL_TOPIC} 1`, `${BELL_TOPIC} 4`]);
  clock.advance(50);
  bell.ring(4);
  expect(rung).toHaveLength(2);
  bell.ring(5);
  expect(rung).toHaveLength(3);
});
