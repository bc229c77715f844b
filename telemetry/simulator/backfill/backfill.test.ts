import { expect, test } from 'vitest';
import { z } from 'zod';
import { orderMessageSchema } from '../../../contracts/order.ts';
import { slugSchema } from '../../../contracts/slug.ts';
import { DEFAULT_SEED, SIMULATED_SITES } from '../layout/simulated-sites.ts';
import { createPlant } from '../plant/plant.ts';
import type { Pass } from './pass.ts';
import { gapPasses, newSitePasses, nextPass, nextSlice } from './plan-passes.ts';
import { sliceMessages } from './slice-messages.ts';

const NOW_S = Date.UTC(2026, 10, 20, 12, 34, 56) / 1000;
const HOUR_S = 3600;
const plant = createPlant(DEFAULT_SEED, SIMULATED_SITES);
/** Only the line that the test looks at. */
const cell = createPlant(
  DEFAULT_SEED,
  SIMULATED_SITES.filter(({ site }) => site === 'porto').map((site) => ({
    ...site,
    lines: site.lines.filter(({ line }) => line === 'cell-1'),
  })),
);
const record = z.object({
  at: z.number().int(),
  values: z.record(slugSchema, z.union([z.number(), z.string()])),
});
const machinePayload = z.union([record.transform((one) => [one]), z.array(record)]);

/** Every slice of the passes in the order in which they are told. */
function slicesOf(passes: Pass[]) {
  const open = passes.map((pass) => ({ ...pass }));
  const slices: { pass: Pass; fromS: number; toS: number }[] = [];
  for (let pass = nextPass(open); pass !== null; pass = nextPass(open)) {
    const slice = nextSlice(pass);
    expect(slice.fromS).toBeLessThan(slice.toS);
    slices.push({ pass, ...slice });
    pass.remainingToS = slice.fromS;
  }
  return slices;
}

/** How often each reading `signal@at` of one machine is told by the passes. */
function readingsOf(passes: Pass[], topic: string) {
  const told = new Map<string, { value: number | string; times: number }>();
  for (const { pass, fromS, toS } of slicesOf(passes)) {
    for (const message of sliceMessages(cell, pass, { fromS, toS })) {
      if (message.topic !== topic) continue;
      for (const { at, values } of machinePayload.parse(JSON.parse(message.payload))) {
        for (const [signal, value] of Object.entries(values)) {
          const key = `${signal}@${at / 1000}`;
          told.set(key, { value, times: (told.get(key)?.times ?? 0) + 1 });
        }
      }
    }
  }
  return told;
}

test('a new site is told its last day by the minute, then the seconds of this hour and a week', () => {
  const slices = slicesOf(newSitePasses('lindau', NOW_S));
  const fast = slices.filter(({ pass }) => pass.pace === 'fast');
  const slow = slices.filter(({ pass }) => pass.pace === 'slow');
  expect(slices.slice(0, fast.length)).toEqual(fast);
  expect(fast[0]?.toS).toBe(NOW_S);
  expect(Math.min(...fast.map(({ fromS }) => fromS))).toBe(NOW_S - 24 * HOUR_S);
  expect(slow.map(({ toS }) => toS)).toEqual([...slow.map(({ toS }) => toS)].sort((a, b) => b - a));
  expect(slow[0]).toMatchObject({ pass: { density: 'between' }, toS: NOW_S });
  expect(slow.at(-1)?.fromS).toBe(NOW_S - 7 * 24 * HOUR_S);
});

test('no reading of a new site is told twice, and every value is what the plant shows at that second', () => {
  const machine = cell.lines[0]?.machines.at(-1);
  if (machine === undefined) throw new Error('cell-1 has no machine');
  const threeDaysAgoS = NOW_S - 3 * 24 * HOUR_S;
  const passes = newSitePasses('porto', NOW_S).map((pass) => ({
    ...pass,
    fromS: Math.max(pass.fromS, threeDaysAgoS),
  }));
  const told = readingsOf(passes, 'plants/porto/machining/cell-1/washer');
  expect(told.size).toBeGreaterThan(3 * 1440 * 7);
  expect([...told].filter(([, { times }]) => times > 1)).toEqual([]);
  let n = 0;
  for (const [key, { value }] of told) {
    if (n++ % 29 !== 0) continue;
    const [signal = '', atText = ''] = key.split('@');
    const atS = Number(atText);
    expect(machine.silentAt(atS)).toBe(false);
    const { state, reason } = machine.segmentAt(atS);
    const shown = { state, reason: reason ?? '', ...machine.countsAt(atS), ...machine.sensorsAt(atS) };
    expect({ key, value }).toEqual({
      key,
      value: Object.entries(shown).find(([name]) => name === signal)?.[1],
    });
  }
});

test('every change of state is told at its second, together with the counters', () => {
  const [day] = newSitePasses('porto', NOW_S);
  const told = readingsOf(day === undefined ? [] : [day], 'plants/porto/machining/cell-1/washer');
  const changes = cell.lines[0]?.machines.at(-1)?.changes(NOW_S - 24 * HOUR_S, NOW_S) ?? [];
  expect(changes.length).toBeGreaterThan(50);
  for (const atS of changes) {
    for (const signal of ['state', 'reason', 'good', 'reject'])
      expect(told.has(`${signal}@${atS}`)).toBe(true);
  }
});

test('a gap is told by the second in the hours that are also told live, and by the minute between', () => {
  const lastS = NOW_S - 3 * HOUR_S;
  const told = readingsOf(gapPasses('porto', lastS, NOW_S), 'plants/porto/machining/cell-1/saw');
  const speeds = [...told.keys()]
    .filter((key) => key.startsWith('speed@'))
    .map((key) => Number(key.slice(6)));
  speeds.sort((a, b) => a - b);
  const hourOf = (atS: number) => Math.floor(atS / HOUR_S) * HOUR_S;
  const firstHourEndS = hourOf(lastS) + HOUR_S;
  const within = (fromS: number, toS: number) => speeds.filter((atS) => atS >= fromS && atS < toS);
  expect(within(lastS, firstHourEndS)).toHaveLength(firstHourEndS - lastS);
  expect(within(hourOf(NOW_S), NOW_S)).toHaveLength(NOW_S - hourOf(NOW_S));
  const coarse = within(firstHourEndS, hourOf(NOW_S));
  expect(coarse.every((atS) => atS % 60 === 0)).toBe(true);
  expect(coarse).toHaveLength((hourOf(NOW_S) - firstHourEndS) / 60);
  expect([...told.values()].every(({ times }) => times === 1)).toBe(true);
});

test('a gap of a second is told by the second only, one of a month for a day only', () => {
  expect(gapPasses('porto', NOW_S - 1, NOW_S).map(({ density }) => density)).toEqual(['seconds']);
  const month = gapPasses('porto', NOW_S - 30 * 24 * HOUR_S, NOW_S);
  expect(Math.min(...month.map(({ fromS }) => fromS))).toBe(NOW_S - 24 * HOUR_S);
});

test('messages are of moderate size and orders are as the contract says', () => {
  const orders = new Set<string>();
  for (const { pass, fromS, toS } of slicesOf(newSitePasses('porto', NOW_S))) {
    for (const message of sliceMessages(cell, pass, { fromS, toS })) {
      if (message.topic.endsWith('/order')) {
        const order = orderMessageSchema.parse(JSON.parse(message.payload));
        expect(Date.parse(String(order.plannedTo))).toBeGreaterThan(Date.parse(String(order.plannedFrom)));
        orders.add(order.order);
        continue;
      }
      expect(message.payload.length).toBeLessThan(40_000);
      const elements = machinePayload.parse(JSON.parse(message.payload));
      expect(elements.length).toBeLessThanOrEqual(160);
      expect(message.readings).toBe(
        elements.reduce((sum, { values }) => sum + Object.keys(values).length, 0),
      );
    }
  }
  expect(orders.size).toBeGreaterThan(12);
});

test('the last day of both sites is about 200,000 readings', () => {
  let readings = 0;
  for (const site of ['lindau', 'porto']) {
    const day = newSitePasses(site, NOW_S).filter(
      ({ density, pace }) => density === 'minutes' && pace === 'fast',
    );
    for (const { pass, fromS, toS } of slicesOf(day)) {
      for (const message of sliceMessages(plant, pass, { fromS, toS })) readings += message.readings;
    }
  }
  expect(readings).toBeGreaterThan(180_000);
  expect(readings).toBeLessThan(300_000);
});
