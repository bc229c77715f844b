import { countedIn, type Part } from '../message.ts';
import { excerptOfReading } from './refusals.ts';
import type { Letter } from './prepared.ts';

/**
 * Splits a batch that the database refuses, so that the culprit is found in a few steps and the rest is stored. Down to
 * a single element, that element becomes a refusal.
 */
export function halve(parts: readonly Part[], why: Pick<Letter, 'reason' | 'detail'>): Part[][] {
  if (parts.length > 1) {
    const middle = Math.ceil(parts.length / 2);
    return [parts.slice(0, middle), parts.slice(middle)];
  }
  const [part] = parts;
  if (part === undefined) return [];
  // A replayed message is settled by one transaction, so it is refused whole.
  if (part.count > 1 && part.message.replay === null) return splitPart(part).map((half) => [half]);
  return [[refuseElement(part, why)]];
}

function splitPart(part: Part): Part[] {
  const middle = Math.ceil(part.count / 2);
  let left = 2;
  const done = () => {
    if (--left === 0) part.done();
  };
  const { readings, orders, refusals } = part;
  const slice = (from: number, to: number): Part => {
    const cut = <T>(list: readonly T[], offset: number) =>
      list.slice(Math.max(0, from - offset), Math.max(0, to - offset));
    const elements = {
      readings: cut(readings, 0),
      orders: cut(orders, readings.length),
      refusals: cut(refusals, readings.length + orders.length),
    };
    return {
      ...part,
      ...elements,
      counted: countedIn(elements),
      messages: from === 0 ? part.messages : 0,
      count: to - from,
      done,
    };
  };
  return [slice(0, middle), slice(middle, part.count)];
}

function refuseElement(part: Part, why: Pick<Letter, 'reason' | 'detail'>): Part {
  const [reading] = part.readings;
  const refusal = { ...why, excerpt: null };
  if (reading === undefined || part.count > 1)
    return { ...part, readings: [], orders: [], refusals: [refusal] };
  const { element } = reading;
  const refusals = [
    { ...why, excerpt: excerptOfReading(reading), ...(element === undefined ? {} : { element }) },
  ];
  return { ...part, readings: [], orders: [], refusals };
}
