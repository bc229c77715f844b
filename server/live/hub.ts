import type { Clock } from '../../contracts/clock.ts';
import type { Beat } from '../../contracts/live.ts';
import type { LivePicture } from './live-picture.ts';
import type { Picture } from './picture.ts';
import { judgeResume, OTHER_WORLD, type Resume } from './resume.ts';
import { isPending, type SitePicture } from './site-picture.ts';
import { sseFrame } from './sse-frame.ts';
import type { StreamClient } from './stream-client.ts';

export interface Hub {
  /** Serves a client from its first byte on; the returned function takes it out. null when the site is gone. */
  join(site: string, client: StreamClient, lastEventId: string | null): (() => void) | null;
  /** Whether the position that a client names lies ahead of this server. */
  ahead(lastEventId: string | null): number | null;
  /** The picture changed; `replaced`: all of it. */
  changed(replaced: boolean): void;
  /** Something that the beat tells of may have changed. */
  beatChanged(): void;
  start(): void;
  stop(): void;
  counts(): { clients: number; frames: number; resumed: number; resynced: number };
}

/** A frame leaves at most this often (DESIGN §5). */
const FRAME_MS = 50;
const BEAT_MS = 1000;
/** How soon the page learns that a part fell silent: writers are not heard by event but by their absence. */
const WATCH_MS = 250;
/** A plant that is being set up changes with every reading. */
const SNAPSHOT_MS = 1000;

interface SiteHub {
  slug: string;
  clients: Set<StreamClient>;
  /** The position up to which all that clients were sent is true. */
  told: number;
  lastSnapshotMs: number;
  /** Not sent yet because the last one is too young. */
  snapshotOwed: boolean;
  /** The last snapshot, as long as it is the present one and nothing was sent after it. */
  snapshot: { position: number; bytes: Buffer } | null;
}

/**
 * Tells everybody who watches a site what changed there, each frame serialised once. A frame must never carry a
 * position of which anything before was not sent: the client would come back with it and miss that.
 */
export function createHub(deps: {
  clock: Clock;
  live: LivePicture;
  picture: () => Picture | null;
  floor: () => number;
}): Hub {
  const { clock, live, picture, floor } = deps;
  const sites = new Map<string, SiteHub>();
  const counts = { frames: 0, resumed: 0, resynced: 0 };
  let wasLive: boolean | null = null;
  let running = false;
  let lastFlushMs = -Infinity;
  let cancelFlush: (() => void) | null = null;
  let cancelBeat: () => void = () => undefined;
  let cancelWatch: () => void = () => undefined;

  function send(hub: SiteHub, bytes: Buffer, kind: 'frame' | 'snapshot'): void {
    hub.snapshot = null;
    counts.frames += 1;
    for (const client of hub.clients) client.send(bytes, kind);
  }

  function snapshotBytes(hub: SiteHub): Buffer | null {
    if (hub.snapshot?.position === live.position()) return hub.snapshot.bytes;
    const snapshot = live.snapshot(hub.slug);
    if (snapshot === null) return null;
    const { position } = snapshot;
    hub.snapshot = { position, bytes: sseFrame('snapshot', position, snapshot) };
    return hub.snapshot.bytes;
  }

  /** Sends what changed at a site; `told` moves on only with all of it. */
  function flush(now: Picture, hub: SiteHub, site: SitePicture): void {
    const nowMs = clock.now();
    const changes = now.takeChanges(site);
    hub.snapshotOwed ||= changes.structure;
    if (hub.snapshotOwed && nowMs - hub.lastSnapshotMs >= SNAPSHOT_MS) {
      hub.snapshotOwed = false;
      hub.lastSnapshotMs = nowMs;
      hub.told = now.position();
      if (hub.clients.size === 0) return;
      hub.snapshot = null;
      const bytes = snapshotBytes(hub);
      if (bytes !== null) send(hub, bytes, 'snapshot');
      return;
    }
    const before = hub.told;
    if (!hub.snapshotOwed) hub.told = now.position();
    if (changes.machines.length + changes.readings.length === 0) return;
    if (hub.clients.size === 0) return;
    send(hub, changeFrames(changes, before, hub.told), 'frame');
  }

  function flushAll(): void {
    cancelFlush?.();
    cancelFlush = null;
    lastFlushMs = clock.now();
    const now = picture();
    if (now === null) return;
    for (const hub of [...sites.values()]) {
      const site = now.site(hub.slug);
      if (site !== null) flush(now, hub, site);
      else close(hub);
    }
    for (const site of now.sites()) if (!sites.has(site.info.site)) now.takeChanges(site);
  }

  /** The site was removed: who comes back gets a 404. */
  function close(hub: SiteHub): void {
    sites.delete(hub.slug);
    for (const client of hub.clients) client.end();
  }

  function beat(): void {
    const now = live.beat();
    wasLive = now.live;
    for (const hub of [...sites.values()]) {
      if (hub.clients.size === 0) sites.delete(hub.slug);
      else beatAt(hub, now);
    }
    cancelBeat();
    cancelBeat = clock.after(BEAT_MS, beat);
  }

  function beatAt(hub: SiteHub, now: Beat): void {
    const at = picture();
    const site = at?.site(hub.slug);
    if (at && site) {
      if (hub.snapshotOwed) flush(at, hub, site);
      else if (!isPending(site)) hub.told = at.position();
    }
    send(hub, sseFrame('beat', hub.told, { ...now, position: hub.told }), 'frame');
  }

  function beatChanged(): void {
    if (running && live.beat().live !== wasLive) beat();
  }

  function watch(): void {
    beatChanged();
    cancelWatch = clock.after(WATCH_MS, watch);
  }

  function hubOf(slug: string, now: Picture): SiteHub {
    const known = sites.get(slug);
    if (known !== undefined) return known;
    const hub: SiteHub = {
      slug,
      clients: new Set(),
      told: now.position(),
      lastSnapshotMs: -Infinity,
      snapshotOwed: false,
      snapshot: null,
    };
    sites.set(slug, hub);
    return hub;
  }

  function begin(now: Picture, site: SitePicture, hub: SiteHub, client: StreamClient, judged: Resume): void {
    if (judged.kind === 'continue') {
      const changes = now.changesSince(site, judged.position, clock.now());
      if (!changes.structure) {
        counts.resumed += 1;
        client.send(changeFrames(changes, judged.position, now.position(), true), 'snapshot');
        return;
      }
    }
    if (judged.kind === 'resync') {
      counts.resynced += 1;
      client.send(sseFrame('resync', 0, { reason: judged.reason }), 'frame');
    }
    const bytes = snapshotBytes(hub);
    if (bytes !== null) client.send(bytes, 'snapshot');
  }

  return {
    join(slug, client, lastEventId) {
      const now = picture();
      const site = now?.site(slug);
      if (!now || !site) return null;
      const hub = hubOf(slug, now);
      // What others have not been sent yet is in the snapshot, or among the changes, already.
      let judged = judgeResume(lastEventId, { position: now.position(), floor: floor() });
      if (judged.kind === 'ahead') judged = OTHER_WORLD;
      begin(now, site, hub, client, judged);
      const position = now.position();
      client.send(sseFrame('beat', position, { ...live.beat(), position }), 'frame');
      hub.clients.add(client);
      return () => hub.clients.delete(client);
    },
    ahead(lastEventId) {
      const now = picture();
      const judged = judgeResume(lastEventId, { position: now?.position() ?? 0, floor: floor() });
      return judged.kind === 'ahead' ? judged.position : null;
    },
    changed(replaced) {
      if (!running) return;
      if (replaced) for (const hub of sites.values()) hub.snapshotOwed = true;
      const waitMs = lastFlushMs + FRAME_MS - clock.now();
      if (waitMs <= 0) flushAll();
      else cancelFlush ??= clock.after(waitMs, flushAll);
    },
    beatChanged,
    start() {
      running = true;
      beat();
      watch();
    },
    stop() {
      running = false;
      cancelFlush?.();
      cancelBeat();
      cancelWatch();
      for (const hub of [...sites.values()]) close(hub);
    },
    counts: () => ({
      ...counts,
      clients: [...sites.values()].reduce((sum, hub) => sum + hub.clients.size, 0),
    }),
  };
}

/**
 * Machines first, then readings: all but the last event carry the position before, since only with the last of them
 * all is told. A client that comes back is sent the readings even when there are none, as the sign that it goes on.
 */
function changeFrames(
  changes: { machines: readonly object[]; readings: readonly unknown[] },
  before: number,
  after: number,
  always = false,
): Buffer {
  const withReadings = always || changes.readings.length > 0;
  const frames = changes.machines.map((machine, i) => {
    const last = !withReadings && i === changes.machines.length - 1;
    return sseFrame('machine', last ? after : before, machine);
  });
  if (withReadings) frames.push(sseFrame('readings', after, changes.readings));
  return Buffer.concat(frames);
}
