import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { Ask } from './ask-database.ts';
import { createCommitTimes, type CommitTimes } from './commit-times.ts';
import type { LedgerConsumer } from './ledger-reader.ts';
import { loadPicture, loadTrendsInto, stateSource } from './load-picture.ts';
import { loadEquipment, loadOrders, loadSites, loadSitesOfSignals } from './load-registry.ts';
import { loadStates } from './load-states.ts';
import type { Picture } from './picture.ts';
import type { LedgerRow } from './read-ledger-page.ts';
import { unpackBatch } from './unpack-batch.ts';

export interface PictureKeeper extends LedgerConsumer {
  /** null until the first load is done. */
  picture(): Picture | null;
  /** The least position from which a client can be continued. */
  floor(): number;
}

/** Whole hierarchy again: removals leave no trace in the ledger. */
const REGISTRY_EVERY_MS = 60_000;
/** States that came late are put right a few machines at a time, and for a tenth of the time: a backfill is late throughout. */
const LATE_MACHINES = 4;
const LATE_EVERY_MS = 250;
const LATE_REST = 10;
const ORDERS_EVERY_MS = 1000;
const CADENCES_EVERY_MS = 1000;
/** A signal that is in the ledger but in no site (removed meanwhile) is not asked for again so soon. */
const ABSENT_FOR_MS = 30_000;

/**
 * Keeps the picture true to the ledger: loads it, applies what is read, asks the database for what the ledger only
 * announces (new equipment, orders, states that came late). All its questions run in the reader's turn, one after the
 * other; it must never show a picture that is still catching up.
 */
export function createPictureKeeper(deps: {
  ask: Ask;
  clock: Clock;
  log: Logger;
  /** Something changed that clients have to be told; `replaced`: everything. */
  onChange: (replaced: boolean) => void;
}): PictureKeeper {
  const { ask, clock, log, onChange } = deps;
  let shown: Picture | null = null;
  let loading: Picture | null = null;
  let times: CommitTimes = createCommitTimes(0);
  let shownTimes = times;
  /** The database's clock minus ours. */
  let offsetMs = 0;
  let lateDueMs = 0;
  let absent = new Map<number, number>();
  const every = createEvery(clock);

  async function reloadSites(picture: Picture, siteIds: ReadonlySet<number> | null): Promise<void> {
    const infos = await ask(loadSites);
    picture.keepSites(new Set(infos.map((info) => info.siteId)));
    for (const info of infos) {
      if (siteIds !== null && !siteIds.has(info.siteId)) continue;
      const rows = await ask((sql) => loadEquipment(sql, info.siteId));
      const at = { position: picture.position() + 1, nowMs: clock.now() };
      await loadTrendsInto(picture, ask, picture.putSite(info, rows, at), clock.now());
      picture.putOrders(info.siteId, await ask((sql) => loadOrders(sql, info.siteId)), clock.now());
    }
  }

  async function meetUnknown(picture: Picture, batches: readonly { readings: Reading[] }[]): Promise<void> {
    const nowMs = clock.now();
    const unknown = new Set<number>();
    for (const { readings } of batches) {
      for (const { signalId } of readings) {
        if (picture.signal(signalId) === null && (absent.get(signalId) ?? 0) < nowMs) unknown.add(signalId);
      }
    }
    if (unknown.size === 0) return;
    const siteIds = await ask((sql) => loadSitesOfSignals(sql, [...unknown]));
    if (siteIds.length > 0) await reloadSites(picture, new Set(siteIds));
    absent = new Map([...absent].filter(([, untilMs]) => untilMs >= nowMs));
    for (const id of unknown) if (picture.signal(id) === null) absent.set(id, nowMs + ABSENT_FOR_MS);
  }

  async function meetChanges(picture: Picture, rows: readonly LedgerRow[]): Promise<void> {
    const changes = rows.filter((row) => row.kind !== 'batch');
    if (changes.length === 0) return;
    const siteIds = changes.map((change) => change.siteId);
    const known = siteIds.filter((siteId) => siteId !== null);
    await reloadSites(picture, known.length === siteIds.length ? new Set(known) : null);
    for (const change of changes) picture.restructured(change.siteId, change.position);
  }

  async function refreshLate(picture: Picture): Promise<void> {
    const machines = picture.takeLate(LATE_MACHINES);
    if (machines.length === 0) return;
    const begunMs = clock.now();
    const sources = machines.flatMap((machine) => stateSource(machine) ?? []);
    const runs = await loadStates(ask, sources, clock.now()).catch((error: unknown) => {
      picture.leaveLate(machines);
      throw error;
    });
    for (const machine of machines)
      picture.putHistory(machine, runs.get(machine.machineId) ?? [], clock.now());
    lateDueMs = clock.now() + Math.max(LATE_EVERY_MS, (clock.now() - begunMs) * LATE_REST);
  }

  async function keep(picture: Picture): Promise<void> {
    if (clock.now() >= lateDueMs) await refreshLate(picture);
    if (every('registry', REGISTRY_EVERY_MS)) await reloadSites(picture, null);
    if (every('orders', ORDERS_EVERY_MS)) picture.chooseOrders(clock.now());
    if (every('cadences', CADENCES_EVERY_MS)) picture.announceCadences(clock.now());
  }

  function skipped(position: number): void {
    times = createCommitTimes(position);
    loading?.moveTo(position);
  }

  return {
    picture: () => shown,
    floor: () => shownTimes.floor(clock.now() + offsetMs),
    skipped,

    async load() {
      const begunMs = clock.now();
      const loaded = await loadPicture(ask, begunMs);
      loading = loaded.picture;
      times = createCommitTimes(loaded.begin);
      log.info(
        { position: loaded.head, sites: loading.sites().length, durationMs: clock.now() - begunMs },
        'live picture loaded',
      );
      return loaded;
    },

    async apply(rows, page) {
      const picture = loading ?? shown;
      if (picture === null) throw new Error('applying to a picture that was never loaded');
      offsetMs = page.nowMs - clock.now();
      await meetChanges(picture, rows);
      const batches: { position: number; readings: Reading[] }[] = [];
      for (const row of rows) {
        if (row.kind !== 'batch') continue;
        const readings = readingsOf(row, log);
        if (readings !== null) batches.push({ position: row.position, readings });
        else if (page.catchingUp) skipped(row.position);
        else return 'reload';
      }
      await meetUnknown(picture, batches);
      for (const { position, readings } of batches)
        picture.apply(position, readings, clock.now(), page.catchingUp);
      for (const row of rows) times.add(row.position, row.committedAtMs);
      const last = rows.at(-1);
      if (last !== undefined) picture.moveTo(last.position);
      if (page.catchingUp) return 'applied';
      await keep(picture);
      if (picture.hasChanges()) onChange(false);
      return 'applied';
    },

    caughtUp() {
      if (loading === null) return;
      const first = shown === null;
      shown = loading;
      shownTimes = times;
      loading = null;
      for (const site of shown.sites()) shown.takeChanges(site);
      if (!first) log.info({ position: shown.position() }, 'live picture replaced');
      onChange(true);
    },
  };
}

/** @returns null when the batch's readings are gone or cannot be understood. */
function readingsOf(row: Extract<LedgerRow, { kind: 'batch' }>, log: Logger): Reading[] | null {
  if (row.packed === null) return row.stored === 0 ? [] : null;
  try {
    return unpackBatch(row.packed);
  } catch (error) {
    log.error({ err: error, position: row.position }, 'a batch cannot be unpacked');
    return null;
  }
}

/** Whether something that is done every so often is due. */
function createEvery(clock: Clock) {
  const dueMs = new Map<string, number>();
  return (what: string, everyMs: number): boolean => {
    const nowMs = clock.now();
    const due = dueMs.get(what) ?? nowMs + everyMs;
    dueMs.set(what, nowMs < due ? due : nowMs + everyMs);
    return nowMs >= due;
  };
}
