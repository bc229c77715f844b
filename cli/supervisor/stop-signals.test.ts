import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { onStopSignals } from './stop-signals.ts';

function listen() {
  const signals = new EventEmitter();
  const clock = createFakeClock();
  const done: string[] = [];
  onStopSignals({ stop: () => done.push('stop'), kill: () => done.push('kill') }, clock, signals);
  return { signals, clock, done };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s stops once, however often it comes', (signal) => {
  const { signals, done } = listen();
  signals.emit(signal);
  signals.emit(signal);
  signals.emit('SIGTERM');
  expect(done).toEqual(['stop']);
});

test('a Ctrl-C that npm hands on beside the terminal is the same one; a second by a person ends everything', () => {
  const { signals, clock, done } = listen();
  signals.emit('SIGINT');
  clock.advance(50);
  signals.emit('SIGINT');
  expect(done).toEqual(['stop']);
  clock.advance(1_000);
  signals.emit('SIGINT');
  expect(done).toEqual(['stop', 'kill']);
});
