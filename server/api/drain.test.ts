import { EventEmitter } from 'node:events';
import type { Response } from 'express';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { createDrain } from './drain.ts';

function setup() {
  const clock = createFakeClock();
  const response = Object.assign(new EventEmitter(), { destroyed: false }) as unknown as Response;
  return { clock, response, drain: createDrain(response, clock, 1000) };
}

test('waiting ends when the client takes what was sent', async () => {
  const { response, drain, clock } = setup();
  const waiting = drain.wait();
  response.emit('drain');
  expect(await waiting).toBe('drained');
  expect(clock.pending()).toBe(0);
});

test('waiting ends when the client leaves, and does not begin again', async () => {
  const { response, drain } = setup();
  const waiting = drain.wait();
  response.emit('close');
  expect(await waiting).toBe('left');
  expect(drain.left()).toBe(true);
  expect(await drain.wait()).toBe('left');
});

test('a client that takes nothing for too long is given up', async () => {
  const { drain, clock } = setup();
  const waiting = drain.wait();
  clock.advance(1000);
  expect(await waiting).toBe('stalled');
});

test('waiting again and again adds no listeners', async () => {
  const { response, drain } = setup();
  const before = response.listenerCount('drain') + response.listenerCount('close');
  for (let i = 0; i < 20; i++) {
    const waiting = drain.wait();
    response.emit('drain');
    await waiting;
  }
  expect(response.listenerCount('drain') + response.listenerCount('close')).toBe(before);
});
