import { expect, test } from 'vitest';
import type { Reading } from '../../contracts/reading.ts';
import type { EquipmentRow, SiteInfo } from './load-registry.ts';
import type { Order } from './order-choice.ts';
import { createPicture } from './picture.ts';
import { siteSnapshot } from './site-picture.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const SITE: SiteInfo = {
  siteId: 1,
  site: 'ulm',
  name: 'Ulm',
  timeZone: 'UTC',
  organisationId: 1,
  organisation: 'plant',
  simulated: false,
};

const row = (
  signalId: number,
  signal: string,
  kind: 'number' | 'text' = 'number',
  machineId = 1,
): EquipmentRow => ({
  ...{ lineId: 1, area: 'hall', line: 'line-1', machineId, machine: `machine-${machineId}` },
  ...{ signalId, signal, unit: null, kind, staleAfterMs: null, ages: true, goneSince: null },
});
const ROWS = [
  row(1, 'temperature'),
  row(2, 'state', 'text'),
  row(3, 'reason', 'text'),
  row(4, 'speed', 'number', 2),
];

function setup(orders: (Order & { lineId: number })[] = []) {
  const picture = createPicture();
  picture.putSite(SITE, ROWS, { position: 0, nowMs: NOW });
  picture.putOrders(1, orders, NOW);
  const site = picture.site('ulm');
  if (site === null) throw new Error('the site was put');
  picture.takeChanges(site);
  return { picture, site };
}

const reading = (signalId: number, atMs: number, value: Reading['value']): Reading => ({
  signalId,
  atMicros: (NOW + atMs) * 1000,
  value,
  quality: 'good',
});

test('changes since a position are those of later positions, and no more', () => {
  const { picture, site } = setup();
  picture.apply(1, [reading(1, 0, 10), reading(4, 0, 20)], NOW, false);
  picture.apply(2, [reading(1, 1000, 11)], NOW, false);
  picture.apply(3, [reading(2, 2000, 'running')], NOW, false);
  expect(picture.changesSince(site, 3, NOW)).toEqual({ readings: [], machines: [], structure: false });
  expect(picture.changesSince(site, 2, NOW).readings.map(([id]) => id)).toEqual([2]);
  expect(picture.changesSince(site, 2, NOW).machines).toMatchObject([{ machineId: 1, state: 'running' }]);
  expect(
    picture
      .changesSince(site, 1, NOW)
      .readings.map(([id]) => id)
      .sort(),
  ).toEqual([1, 2]);
});

test('a state said again changes nothing, and a reason that comes later does', () => {
  const { picture, site } = setup();
  picture.apply(1, [reading(2, 0, 'breakdown')], NOW, false);
  picture.takeChanges(site);
  picture.apply(2, [reading(2, 1000, 'breakdown')], NOW, false);
  expect(picture.takeChanges(site).machines).toEqual([]);
  picture.apply(3, [reading(3, 60_000, 'belt')], NOW, false);
  expect(picture.takeChanges(site).machines).toEqual([
    { machineId: 1, state: 'breakdown', reason: 'belt', since: NOW },
  ]);
});

test('a late state is left to the database, and told to all who come back until everybody has it', () => {
  const { picture, site } = setup();
  picture.apply(1, [reading(2, 60_000, 'running')], NOW, false);
  picture.apply(2, [reading(2, 30_000, 'breakdown')], NOW, false);
  expect(picture.takeLate(10).map((machine) => machine.machineId)).toEqual([1]);
  expect(picture.takeLate(10)).toEqual([]);
  expect(picture.changesSince(site, 2, NOW + 60_000).machines).toHaveLength(1);
  expect(picture.changesSince(site, 2, NOW + 71_000).machines).toHaveLength(0);
});

test('while catching up the positions of what is loaded are learnt, and nothing is late', () => {
  const { picture, site } = setup();
  picture.apply(0, [reading(1, 5000, 15), reading(2, 5000, 'idle')], NOW, true);
  picture.apply(7, [reading(1, 4000, 14), reading(2, 4000, 'running')], NOW, true);
  picture.apply(8, [reading(1, 5000, 15), reading(2, 5000, 'idle')], NOW, true);
  expect(picture.takeLate(10)).toEqual([]);
  expect(picture.signal(1)?.state).toMatchObject({ value: 15, position: 8 });
  expect(
    picture
      .changesSince(site, 7, NOW)
      .readings.map(([id]) => id)
      .sort(),
  ).toEqual([1, 2]);
  expect(picture.changesSince(site, 8, NOW).readings).toEqual([]);
});

test('a page is told a new limit only when it would call a value stale, or live, by mistake', () => {
  const { picture, site } = setup();
  for (let minute = 0; minute <= 5; minute++)
    picture.apply(minute + 1, [reading(1, minute * 60_000, minute)], NOW, false);
  const lastMs = NOW + 5 * 60_000;
  picture.takeChanges(site);
  // Told 3 s; every minute it speaks, so 180 s are right. At an age of 1 s both say live, at 10 s no more.
  picture.announceCadences(lastMs + 1000);
  expect(picture.takeChanges(site).structure).toBe(false);
  picture.announceCadences(lastMs + 10_000);
  expect(picture.takeChanges(site).structure).toBe(true);
  picture.announceCadences(lastMs + 30_000);
  expect(picture.takeChanges(site).structure).toBe(false);
});

test('the order changes with time alone', () => {
  const order = (name: string, fromMs: number, toMs: number) => ({
    ...{ lineId: 1, order: name, product: 'bracket', quantity: 1, idealCycleS: 1 },
    ...{ plannedFrom: NOW + fromMs, plannedTo: NOW + toMs },
  });
  const { picture, site } = setup([order('A', -1000, 5000), order('B', 5000, 9000)]);
  expect(site.lines[0]?.shownOrder?.order).toBe('A');
  picture.chooseOrders(NOW + 4999);
  expect(picture.takeChanges(site).structure).toBe(false);
  picture.chooseOrders(NOW + 5000);
  expect(picture.takeChanges(site).structure).toBe(true);
  expect(site.lines[0]?.shownOrder?.order).toBe('B');
});

test('orders of long ago make no snapshot', () => {
  const order = {
    ...{ lineId: 1, order: 'old', product: 'bracket', quantity: 1, idealCycleS: 1 },
    plannedFrom: NOW - 9000,
    plannedTo: NOW - 8000,
  };
  const { picture, site } = setup([{ ...order, order: 'A', plannedTo: NOW + 1000 }]);
  picture.putOrders(1, [order, { ...order, order: 'A', plannedTo: NOW + 1000 }], NOW);
  picture.restructured(1, 5);
  expect(picture.takeChanges(site).structure).toBe(false);
  expect(picture.changesSince(site, 4, NOW).structure).toBe(true);
  expect(picture.changesSince(site, 5, NOW).structure).toBe(false);
});

test('new equipment keeps what is known of the old, and a removed machine is forgotten', () => {
  const { picture } = setup();
  picture.apply(1, [reading(1, 0, 10), reading(2, 0, 'running')], NOW, false);
  const more = [...ROWS.slice(0, 3), row(5, 'pressure')];
  expect(picture.putSite(SITE, more, { position: 2, nowMs: NOW })).toEqual([5]);
  expect(picture.signal(1)?.state.value).toBe(10);
  expect(picture.machine(1)?.shown.state).toBe('running');
  expect(picture.machine(2)).toBeNull();
  expect(picture.signal(4)).toBeNull();
  expect(picture.putSite(SITE, more, { position: 3, nowMs: NOW })).toEqual([]);
});

test('readings of signals that nobody knows are passed over', () => {
  const { picture, site } = setup();
  picture.apply(1, [reading(99, 0, 1), reading(1, 0, 2)], NOW, false);
  expect(picture.position()).toBe(1);
  expect(picture.takeChanges(site).readings).toEqual([[1, NOW, 2, 'good']]);
});

test('states that the database knew of before the ledger told them stay in order of time', () => {
  const { picture } = setup();
  picture.apply(1, [reading(2, 0, 'running')], NOW, false);
  picture.apply(2, [reading(2, -5000, 'idle')], NOW, false);
  const [machine] = picture.takeLate(1);
  if (machine === undefined) throw new Error('a state came late');
  const run = (atMs: number, state: 'idle' | 'running' | 'breakdown' | 'unknown') => ({
    ...{ sinceMicros: (NOW + atMs) * 1000, sinceKnown: true, state, reason: null },
  });
  const runs = [run(-5000, 'idle'), run(0, 'running'), run(1000, 'unknown'), run(2000, 'breakdown')];
  picture.putHistory(machine, structuredClone(runs), NOW);
  picture.apply(3, [reading(2, 1000, 'melting')], NOW, false);
  picture.apply(4, [reading(2, 2000, 'breakdown')], NOW, false);
  expect(machine.history.runs).toEqual(runs);
  picture.apply(5, [reading(2, 3000, 'running')], NOW, false);
  expect(machine.history.runs).toEqual([...runs, run(3000, 'running')]);
});

test('a machine that is told to be gone is a change of structure, and its values have no limit of age', () => {
  const { picture, site } = setup();
  const announced = ROWS.map((each) => ({ ...each, ages: each.machineId !== 1 }));
  picture.putSite(SITE, announced, { position: 5, nowMs: NOW });
  const shaped = picture.site('ulm');
  expect(shaped?.structurePosition).toBe(5);
  const gone = announced.map((each) => ({ ...each, goneSince: each.ages ? null : NOW }));
  picture.putSite(SITE, gone, { position: 6, nowMs: NOW });
  const now = picture.site('ulm') ?? site;
  expect(picture.takeChanges(now).structure).toBe(true);
  const [pressed, other] = siteSnapshot(now, NOW).lines[0]?.machines ?? [];
  expect(pressed?.signals[0]).toMatchObject({ staleAfterMs: null, goneSince: NOW });
  expect(other?.signals[0]).toMatchObject({ staleAfterMs: 3000, goneSince: null });
});
