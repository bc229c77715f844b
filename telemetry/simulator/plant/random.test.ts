import { expect, test } from 'vitest';
import { createRandom, hashOf } from './random.ts';
import { roughNoise, smoothNoise } from './smooth-noise.ts';

test('a hash hangs on every part and on where one part ends', () => {
  expect(hashOf('a', 'bc')).toBe(hashOf('a', 'bc'));
  expect(new Set([hashOf('a', 'bc'), hashOf('ab', 'c'), hashOf('abc'), hashOf('a', 'b', 'c')]).size).toBe(4);
});

test('draws are even and within their bounds', () => {
  const random = createRandom(7);
  const draws = Array.from({ length: 20_000 }, () => random.between(10, 20));
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(10);
  expect(Math.max(...draws)).toBeLessThan(20);
  expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(15, 1);
  expect(new Set(Array.from({ length: 500 }, () => random.whole(1, 3)))).toEqual(new Set([1, 2, 3]));
  expect(() => random.pick([])).toThrow('nothing to pick from');
});

test('smooth noise has no steps, rough noise does, both stay within one', () => {
  let step = 0;
  let most = 0;
  for (let x = 0; x < 200; x += 0.01) {
    step = Math.max(step, Math.abs(smoothNoise(3, x) - smoothNoise(3, x + 0.01)));
    most = Math.max(most, Math.abs(smoothNoise(3, x)), Math.abs(roughNoise(3, Math.floor(x * 100))));
  }
  expect(step).toBeLessThan(0.04);
  expect(most).toBeLessThanOrEqual(1);
  expect(Math.abs(roughNoise(3, 1) - roughNoise(3, 2))).toBeGreaterThan(0.001);
});
