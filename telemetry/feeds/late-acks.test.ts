import { expect, test } from 'vitest';
import { createLateAcks } from './late-acks.ts';

test('acknowledgements go out in order of arrival, whatever becomes durable first', () => {
  const sent: number[] = [];
  const acks = createLateAcks((messageId) => sent.push(messageId));
  const durable = [7, 8, 9, 3].map((messageId) => acks.expect(messageId));
  durable[2]?.();
  durable[1]?.();
  expect(sent).toEqual([]);
  durable[0]?.();
  expect(sent).toEqual([7, 8, 9]);
  const again = acks.expect(7);
  again();
  expect(sent).toEqual([7, 8, 9]);
  durable[3]?.();
  expect(sent).toEqual([7, 8, 9, 3, 7]);
});
