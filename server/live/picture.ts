import { isDeepStrictEqual } from 'node:util';
import type { LiveReading, MachineEvent } from '../../contracts/live.ts';
import type { Reading } from '../../contracts/reading.ts';
import { staleAfterMs } from './cadence.ts';
import type { EquipmentRow, SiteInfo } from './load-registry.ts';
import { addReason, addState } from './machine-state.ts';
import { chooseOrder, type Order } from './order-choice.ts';
import { applyReading, beginFrame, liveReading } from './signal-state.ts';
import {
  isPending,
  machineEvent,
  machinesOf,
  shapeSite,
  type MachinePicture,
  type SignalPicture,
  type SitePicture,
} from './site-picture.ts';

/** What clients of a site have to be told. */
export interface SiteChanges {
  readings: LiveReading[];
  machines: MachineEvent[];
  /** The hierarchy, the orders or what counts as stale changed: only a snapshot tells that. */
  structure: boolean;
}

export type Picture = ReturnType<typeof createPicture>;

/** A late event of a state is put right from the database; meanwhile any server may have it, or not yet. */
const REFRESH_TOLD_MS = 70_000;
/** Limits that differ by less than this are the same to a person. */
const CADENCE_DRIFT = 0.25;
const CADENCES_EVERY_MS = 5000;
const CADENCES_PER_SIGNAL_MS = 10;

/**
 * The fold of the ledger: hierarchy, latest values, trends and states of every site, in memory. It must never show what
 * was not committed, and never let late data become the latest.
 */
export function createPicture() {
  const sites = new Map<string, SitePicture>();
  const signals = new Map<number, SignalPicture>();
  const machines = new Map<number, MachinePicture>();
  const late = new Set<number>();
  let position = 0;

  function index(site: SitePicture): void {
    sites.set(site.info.site, site);
    for (const machine of machinesOf(site)) {
      machines.set(machine.machineId, machine);
      for (const signal of machine.signals) signals.set(signal.state.signalId, signal);
    }
  }

  function drop(site: SitePicture): void {
    sites.delete(site.info.site);
    for (const machine of machinesOf(site)) {
      machines.delete(machine.machineId);
      for (const signal of machine.signals) signals.delete(signal.state.signalId);
    }
  }

  function bySiteId(siteId: number): SitePicture | null {
    for (const site of sites.values()) if (site.info.siteId === siteId) return site;
    return null;
  }

  /** State and reason of a machine, in order of time; what comes late is left to the database. */
  function applyEvent(
    signal: SignalPicture,
    reading: Reading,
    at: number,
    catchingUp: boolean,
    nowMs: number,
  ): void {
    const { machine } = signal;
    if (typeof reading.value !== 'string') return;
    const event = { atMicros: reading.atMicros, text: reading.value, quality: reading.quality };
    const add =
      signal === machine.stateSignal ? addState : signal === machine.reasonSignal ? addReason : null;
    if (add === null) return;
    if (!add(machine.history, event)) {
      machine.refreshedAtMs = nowMs;
      if (!catchingUp) late.add(machine.machineId);
    }
    const run = machine.history.runs.at(-1);
    if (run?.sinceMicros === event.atMicros || machine.history.reason?.atMicros === event.atMicros) {
      machine.position = Math.max(machine.position, at);
    }
    show(machine, at);
  }

  function show(machine: MachinePicture, at: number): void {
    const now = machineEvent(machine);
    const { shown } = machine;
    if (now.state === shown.state && now.reason === shown.reason && now.since === shown.since) return;
    machine.shown = now;
    machine.position = Math.max(machine.position, at);
    machine.site.pending.machines.add(machine);
  }

  return {
    position: () => position,
    sites: () => [...sites.values()],
    site: (slug: string) => sites.get(slug) ?? null,
    signal: (signalId: number) => signals.get(signalId) ?? null,
    machine: (machineId: number) => machines.get(machineId) ?? null,
    moveTo(next: number) {
      position = Math.max(position, next);
    },

    /** @returns signals that became key ones, whose trends have to be loaded. */
    putSite(
      info: SiteInfo,
      rows: readonly EquipmentRow[],
      at: { position: number; nowMs: number },
    ): number[] {
      const before = bySiteId(info.siteId);
      const shaped = shapeSite(info, rows, before, at.nowMs);
      if (shaped === null) return [];
      if (before !== null) drop(before);
      shaped.site.structurePosition = Math.max(shaped.site.structurePosition, at.position);
      index(shaped.site);
      return shaped.newTrends;
    },

    /** All orders of a site's lines that may be the present one. */
    putOrders(siteId: number, orders: readonly (Order & { lineId: number })[], nowMs: number) {
      const site = bySiteId(siteId);
      for (const line of site?.lines ?? []) {
        line.orders = orders
          .filter((order) => order.lineId === line.lineId)
          .map(({ lineId: _, ...order }) => order);
      }
      if (site !== null) showOrders(site, nowMs);
    },

    /**
     * The ledger tells at this position that the hierarchy or the orders of a site (null: of any) changed. What is shown
     * of it may have been read before; whoever has not seen the position lacks it all the same.
     */
    restructured(siteId: number | null, at: number) {
      for (const site of sites.values()) {
        if (siteId === null || site.info.siteId === siteId)
          site.structurePosition = Math.max(site.structurePosition, at);
      }
    },

    keepSites(siteIds: ReadonlySet<number>) {
      for (const site of [...sites.values()]) if (!siteIds.has(site.info.siteId)) drop(site);
    },

    /** Takes one batch's readings. While catching up after a load the database knew all of it already. */
    apply(at: number, readings: readonly Reading[], nowMs: number, catchingUp: boolean) {
      for (const reading of readings) {
        const signal = signals.get(reading.signalId);
        if (signal === undefined) continue;
        if (applyReading(signal.state, reading, at)) signal.machine.site.pending.signals.add(signal);
        applyEvent(signal, reading, at, catchingUp, nowMs);
      }
      position = Math.max(position, at);
    },

    /** Machines whose states came late, each once; the longest waiting first. */
    takeLate(most: number): MachinePicture[] {
      const ids = [...late].slice(0, most);
      for (const machineId of ids) late.delete(machineId);
      return ids.flatMap((machineId) => machines.get(machineId) ?? []);
    },

    /** They could not be put right: another time. */
    leaveLate(left: readonly MachinePicture[]) {
      for (const machine of left) late.add(machine.machineId);
    },

    /** Shows a machine's history as the database knows it. */
    putHistory(machine: MachinePicture, runs: MachinePicture['history']['runs'], nowMs: number) {
      if (machines.get(machine.machineId) !== machine) return;
      machine.refreshedAtMs = nowMs;
      if (isDeepStrictEqual(machine.history.runs, runs)) return;
      machine.history.runs = runs;
      // The database may be ahead of what was applied: events up to there are in its runs already.
      const newest = runs.at(-1)?.sinceMicros ?? -Infinity;
      machine.history.lastStateMicros = Math.max(machine.history.lastStateMicros, newest);
      machine.site.pending.structure = true;
      show(machine, position + 1);
    },

    /** What only time changes: the order planned for now. */
    chooseOrders(nowMs: number) {
      for (const site of sites.values()) showOrders(site, nowMs);
    },

    /** Marks sites whose pages judge a value's age by a limit that no longer fits. Large sites are told less often. */
    announceCadences(nowMs: number) {
      for (const site of sites.values()) {
        if (nowMs < site.cadencesDueMs) continue;
        const all = machinesOf(site).flatMap((machine) => machine.signals);
        site.cadencesDueMs = nowMs + CADENCES_EVERY_MS + all.length * CADENCES_PER_SIGNAL_MS;
        if (!all.some((signal) => isMisjudged(signal, nowMs))) continue;
        for (const signal of all) signal.announcedStaleAfterMs = staleNow(signal);
        restructure(site);
      }
    },

    /** What pages are told of a site's limits from now on is what they are now. */
    settleCadences(site: SitePicture) {
      for (const machine of machinesOf(site)) {
        for (const signal of machine.signals) signal.announcedStaleAfterMs = staleNow(signal);
      }
    },

    hasChanges(): boolean {
      for (const site of sites.values()) if (isPending(site)) return true;
      return false;
    },

    /** What clients have not been told since the last call. */
    takeChanges(site: SitePicture): SiteChanges {
      const { pending } = site;
      const readings: LiveReading[] = [];
      for (const signal of pending.signals) {
        const reading = liveReading(signal.state);
        if (reading !== null) readings.push(reading);
        beginFrame(signal.state);
      }
      const machines = [...pending.machines].map((machine) => machine.shown);
      site.pending = { signals: new Set(), machines: new Set(), structure: false };
      return { readings, machines, structure: pending.structure };
    },

    /** What a client that has seen `after` lacks, exactly or a little more. */
    changesSince(site: SitePicture, after: number, nowMs: number): SiteChanges {
      const changes: SiteChanges = { readings: [], machines: [], structure: site.structurePosition > after };
      for (const machine of machinesOf(site)) {
        if (machine.position > after || nowMs - machine.refreshedAtMs < REFRESH_TOLD_MS)
          changes.machines.push(machine.shown);
        for (const { state } of machine.signals) {
          if (state.position <= after || state.atMicros === null) continue;
          const reading: LiveReading = [state.signalId, state.atMicros / 1000, state.value, state.quality];
          changes.readings.push(reading);
        }
      }
      return changes;
    },
  };

  function showOrders(site: SitePicture, nowMs: number): void {
    for (const line of site.lines) {
      const chosen = chooseOrder(line.orders, nowMs);
      if (isDeepStrictEqual(chosen, line.shownOrder)) continue;
      line.shownOrder = chosen;
      restructure(site);
    }
  }

  function restructure(site: SitePicture): void {
    site.structurePosition = position + 1;
    site.pending.structure = true;
  }
}

function staleNow(signal: SignalPicture): number {
  return staleAfterMs(signal.declaredStaleAfterMs, signal.state.cadence);
}

/** Whether a page that was told the old limit calls the value stale, or live, by mistake. */
function isMisjudged(signal: SignalPicture, nowMs: number): boolean {
  const { atMicros } = signal.state;
  if (atMicros === null || !signal.ages) return false;
  const told = signal.announcedStaleAfterMs;
  const limit = staleNow(signal);
  const ageMs = nowMs - atMicros / 1000;
  return ageMs > told !== ageMs > limit && Math.abs(limit - told) > told * CADENCE_DRIFT;
}
