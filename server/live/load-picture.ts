import type { Ask } from './ask-database.ts';
import { loadLatest } from './load-latest.ts';
import { loadEquipment, loadOrders, loadSites } from './load-registry.ts';
import { loadStates, type StateSource } from './load-states.ts';
import { loadTrends } from './load-trends.ts';
import { createMachineHistory, reasonOf } from './machine-state.ts';
import { createPicture, type Picture } from './picture.ts';
import { readLedgerBegin } from './read-ledger-page.ts';
import { applyReading } from './signal-state.ts';
import { machineEvent, machinesOf, type MachinePicture } from './site-picture.ts';

/** So far back the ledger is read after a load: then every server knows the positions that returning clients name. */
const BACK_MS = 75_000;

export interface LoadedPicture {
  picture: Picture;
  /** Read on from here; until `head` is reached the picture holds these readings already, but not their positions. */
  begin: number;
  head: number;
}

/**
 * Loads everything from the database by many short questions. The position is noted first, so that whatever is
 * committed meanwhile is met again in the ledger; it must never be noted after.
 */
export async function loadPicture(ask: Ask, nowMs: number): Promise<LoadedPicture> {
  const { head, begin } = await ask((sql) => readLedgerBegin(sql, BACK_MS));
  const picture = createPicture();
  for (const info of await ask(loadSites)) {
    const rows = await ask((sql) => loadEquipment(sql, info.siteId));
    picture.putSite(info, rows, { position: 0, nowMs });
    picture.putOrders(info.siteId, await ask((sql) => loadOrders(sql, info.siteId)), nowMs);
  }
  const machines = picture.sites().flatMap(machinesOf);
  const signals = machines.flatMap((machine) => machine.signals);
  const wanted = signals.map((signal) => ({ signalId: signal.state.signalId, kind: signal.kind }));
  const latest = await loadLatest(ask, wanted, nowMs);
  for (const signal of signals) {
    const readings = latest.get(signal.state.signalId) ?? [];
    for (const reading of [...readings].reverse()) applyReading(signal.state, reading, 0);
  }
  await loadTrendsInto(
    picture,
    ask,
    signals.filter((signal) => signal.key).map((signal) => signal.state.signalId),
    nowMs,
  );
  await loadStatesInto(ask, machines, nowMs);
  for (const site of picture.sites()) {
    picture.settleCadences(site);
    picture.takeChanges(site);
  }
  picture.moveTo(begin);
  return { picture, begin, head };
}

export async function loadTrendsInto(
  picture: Picture,
  ask: Ask,
  signalIds: readonly number[],
  nowMs: number,
) {
  if (signalIds.length === 0) return;
  for (const point of await loadTrends(ask, signalIds, nowMs)) {
    picture.signal(point.signalId)?.state.trend?.put(point.atMs, point.value);
  }
}

async function loadStatesInto(ask: Ask, machines: readonly MachinePicture[], nowMs: number): Promise<void> {
  const runs = await loadStates(
    ask,
    machines.flatMap((machine) => stateSource(machine) ?? []),
    nowMs,
  );
  for (const machine of machines) {
    const own = runs.get(machine.machineId);
    machine.history = createMachineHistory();
    const reason = machine.reasonSignal?.state;
    if (typeof reason?.value === 'string' && reason.atMicros !== null) {
      machine.history.reason = {
        atMicros: reason.atMicros,
        text: reasonOf({ text: reason.value, quality: reason.quality }),
      };
    }
    if (own !== undefined) machine.history.runs = own;
    machine.history.lastStateMicros = stateSource(machine)?.lastMicros ?? -Infinity;
    machine.shown = machineEvent(machine);
  }
}

/** null for a machine that never told a state. */
export function stateSource(machine: MachinePicture): StateSource | null {
  const state = machine.stateSignal?.state;
  if (state === undefined || state.atMicros === null) return null;
  return {
    machineId: machine.machineId,
    stateSignalId: state.signalId,
    reasonSignalId: machine.reasonSignal?.state.signalId ?? null,
    lastMicros: state.atMicros,
  };
}
