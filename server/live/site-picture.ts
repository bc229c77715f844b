import type { LiveLine, LiveMachine, LiveSignal, MachineEvent, Snapshot } from '../../contracts/live.ts';
import { REASON_SIGNAL, STATE_SIGNAL } from '../../contracts/machine-state.ts';
import { staleAfterMs } from './cadence.ts';
import { byName, chooseKeySignals } from './key-signals.ts';
import type { EquipmentRow, SiteInfo } from './load-registry.ts';
import { createMachineHistory, statesForPage, type MachineHistory } from './machine-state.ts';
import type { Order } from './order-choice.ts';
import { createSignalState, type SignalState } from './signal-state.ts';
import { createTrend } from './trend.ts';

/** A site's hierarchy with what is known of each part now. `live-picture.ts` folds the ledger into it. */
export interface SitePicture {
  info: SiteInfo;
  lines: LinePicture[];
  /** Clients that have seen this position know the hierarchy and the orders as they are. */
  structurePosition: number;
  /** What clients have not been told yet. */
  pending: { signals: Set<SignalPicture>; machines: Set<MachinePicture>; structure: boolean };
  /** When pages may be told new limits of staleness again. */
  cadencesDueMs: number;
  /** The rows it was made from, to see whether they changed. */
  fingerprint: string;
}

export interface LinePicture {
  lineId: number;
  area: string;
  line: string;
  orders: Order[];
  shownOrder: Order | null;
  machines: MachinePicture[];
}

export interface MachinePicture {
  machineId: number;
  machine: string;
  site: SitePicture;
  signals: SignalPicture[];
  stateSignal: SignalPicture | null;
  reasonSignal: SignalPicture | null;
  history: MachineHistory;
  shown: MachineEvent;
  /** The position that brought the present state. */
  position: number;
  /** When late events changed its history, in which case no position tells. */
  refreshedAtMs: number;
}

export interface SignalPicture {
  signal: string;
  unit: string | null;
  kind: 'number' | 'boolean' | 'text';
  declaredStaleAfterMs: number | null;
  /** Whether age alone makes its value stale. */
  ages: boolean;
  /** Epoch milliseconds since when it is known to be gone. */
  goneSince: number | null;
  key: boolean;
  machine: MachinePicture;
  state: SignalState;
  /** What pages were last told of when it turns stale. */
  announcedStaleAfterMs: number;
}

/**
 * Makes a site's picture from its registry rows; parts that were there before keep what is known of them. `newTrends`
 * are signals that became key ones: their last minutes have to be asked for.
 * @returns null when nothing changed.
 */
export function shapeSite(
  info: SiteInfo,
  rows: readonly EquipmentRow[],
  before: SitePicture | null,
  nowMs: number,
): { site: SitePicture; newTrends: number[] } | null {
  const fingerprint = JSON.stringify([info, rows]);
  if (before?.fingerprint === fingerprint) return null;
  const site: SitePicture = {
    info,
    lines: [],
    structurePosition: before?.structurePosition ?? 0,
    pending: { signals: new Set(), machines: new Set(), structure: true },
    cadencesDueMs: before?.cadencesDueMs ?? nowMs,
    fingerprint,
  };
  const known = partsOf(before);
  const lines = new Map<number, LinePicture>();
  const machines = new Map<number, MachinePicture>();
  for (const row of rows) {
    const line = lines.get(row.lineId) ?? addLine(site, row, known.lines);
    lines.set(row.lineId, line);
    if (row.machineId === null || row.machine === null) continue;
    const machine =
      machines.get(row.machineId) ?? addMachine(site, line, row.machineId, row.machine, known.machines);
    machines.set(row.machineId, machine);
    if (row.signalId === null || row.signal === null || row.kind === null) continue;
    const state = known.signals.get(row.signalId)?.state ?? createSignalState(row.signalId, row.kind);
    machine.signals.push({
      signal: row.signal,
      unit: row.unit,
      kind: row.kind,
      declaredStaleAfterMs: row.staleAfterMs,
      ages: row.ages ?? true,
      goneSince: row.goneSince,
      key: false,
      machine,
      state,
      announcedStaleAfterMs: staleAfterMs(row.staleAfterMs, state.cadence),
    });
  }
  const newTrends = [...machines.values()].flatMap(settleMachine);
  for (const line of site.lines) {
    line.machines.sort((a, b) => byName(a.machine, b.machine));
  }
  site.lines.sort((a, b) => byName(a.area, b.area) || byName(a.line, b.line));
  return { site, newTrends };
}

function partsOf(site: SitePicture | null) {
  const lines = new Map(site?.lines.map((line) => [line.lineId, line]));
  const machines = new Map<number, MachinePicture>();
  const signals = new Map<number, SignalPicture>();
  for (const machine of machinesOf(site)) {
    machines.set(machine.machineId, machine);
    for (const signal of machine.signals) signals.set(signal.state.signalId, signal);
  }
  return { lines, machines, signals };
}

export function machinesOf(site: SitePicture | null): MachinePicture[] {
  return site === null ? [] : site.lines.flatMap((line) => line.machines);
}

/** Whether clients of a site have to be told something. */
export function isPending({ pending }: SitePicture): boolean {
  return pending.structure || pending.signals.size > 0 || pending.machines.size > 0;
}

function addLine(site: SitePicture, row: EquipmentRow, known: ReadonlyMap<number, LinePicture>): LinePicture {
  const before = known.get(row.lineId);
  const { orders, shownOrder } = before ?? { orders: [], shownOrder: null };
  const line = { lineId: row.lineId, area: row.area, line: row.line, orders, shownOrder, machines: [] };
  site.lines.push(line);
  return line;
}

function addMachine(
  site: SitePicture,
  line: LinePicture,
  machineId: number,
  slug: string,
  known: ReadonlyMap<number, MachinePicture>,
): MachinePicture {
  const before = known.get(machineId);
  const machine: MachinePicture = {
    machineId,
    machine: slug,
    site,
    signals: [],
    stateSignal: null,
    reasonSignal: null,
    history: before?.history ?? createMachineHistory(),
    shown: before?.shown ?? { machineId, state: 'unknown', reason: null, since: null },
    position: before?.position ?? 0,
    refreshedAtMs: before?.refreshedAtMs ?? -Infinity,
  };
  line.machines.push(machine);
  return machine;
}

/** @returns signals that carry a trend from now on. */
function settleMachine(machine: MachinePicture): number[] {
  const newTrends: number[] = [];
  machine.signals.sort((a, b) => byName(a.signal, b.signal));
  const key = new Set(
    chooseKeySignals(
      machine.signals.map(({ signal, unit, kind, state }) => ({
        signalId: state.signalId,
        signal,
        unit,
        kind,
      })),
    ),
  );
  for (const signal of machine.signals) {
    signal.key = key.has(signal.state.signalId);
    if (signal.key && signal.state.trend === null) newTrends.push(signal.state.signalId);
    signal.state.trend = signal.key ? (signal.state.trend ?? createTrend()) : null;
    if (signal.signal === STATE_SIGNAL) machine.stateSignal = signal;
    if (signal.signal === REASON_SIGNAL) machine.reasonSignal = signal;
  }
  return newTrends;
}

/** The machine's present state as its history tells it. */
export function machineEvent(machine: MachinePicture): MachineEvent {
  const run = machine.history.runs.at(-1);
  if (run === undefined) return { machineId: machine.machineId, state: 'unknown', reason: null, since: null };
  const since = run.sinceKnown ? run.sinceMicros / 1000 : null;
  return { machineId: machine.machineId, state: run.state, reason: run.reason, since };
}

export function siteSnapshot(site: SitePicture, nowMs: number): Pick<Snapshot, 'site' | 'lines'> {
  const { siteId, site: slug, name, timeZone, organisation, simulated } = site.info;
  return {
    site: { siteId, site: slug, name, timeZone, organisation, simulated },
    lines: site.lines.map((line) => liveLine(line, nowMs)),
  };
}

function liveLine(line: LinePicture, nowMs: number): LiveLine {
  return {
    lineId: line.lineId,
    area: line.area,
    line: line.line,
    order: line.shownOrder,
    machines: line.machines.map((machine) => liveMachine(machine, nowMs)),
  };
}

function liveMachine(machine: MachinePicture, nowMs: number): LiveMachine {
  return {
    ...machineEvent(machine),
    machine: machine.machine,
    states: statesForPage(machine.history, nowMs),
    signals: machine.signals.map((signal) => liveSignal(signal, nowMs)),
  };
}

/** Older than this the value is stale; null where age does not tell. */
export function limitOf(signal: SignalPicture): number | null {
  return signal.ages ? staleAfterMs(signal.declaredStaleAfterMs, signal.state.cadence) : null;
}

function liveSignal(signal: SignalPicture, nowMs: number): LiveSignal {
  const { state } = signal;
  return {
    signalId: state.signalId,
    signal: signal.signal,
    unit: signal.unit,
    kind: signal.kind,
    staleAfterMs: limitOf(signal),
    goneSince: signal.goneSince,
    key: signal.key,
    at: state.atMicros === null ? null : state.atMicros / 1000,
    value: state.value,
    quality: state.quality,
    trend: state.trend?.values(nowMs) ?? null,
  };
}
