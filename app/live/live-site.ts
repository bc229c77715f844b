import type { QueryClient } from '@tanstack/react-query';
import type { LiveEvent, LiveReading, Snapshot } from '../../contracts/live.ts';
import { applyEvent } from './apply-event.ts';
import { connectHub, type HubConnection } from './connect-hub.ts';
import type { Connection, FromHub } from './live-messages.ts';
import { keepPicture, lastPicture } from './last-picture.ts';
import { judgeFirst, judgeLive, type LiveStatus } from './live-status.ts';

export const siteKey = (site: string) => ['site', site] as const;

/** One site as a page watches it: the picture lies in the query cache, the time and whether it is live here. */
export interface LiveSite {
  /** The server's time as far as this page knows, as of the last tick: all of a page shows the same moment. */
  readonly now: () => number;
  readonly status: () => LiveStatus;
  /** Called four times a second: ages and staleness may have changed. */
  readonly onTick: (listener: () => void) => () => void;
  /** Every reading as it comes, for charts. */
  readonly onReadings: (listener: (readings: readonly LiveReading[]) => void) => () => void;
  /** The stream was away and is back: what happened in between is not known here and must be asked for. */
  readonly onRenewed: (listener: () => void) => () => void;
  /** The server's time at the first paint, so that the browser's first render equals the server's. */
  readonly initialNow: number;
  readonly initialStatus: LiveStatus;
  readonly start: () => () => void;
}

/**
 * Keeps the page's picture of a site current. It must never render more often than ten times a second, hold more than
 * one picture, or call anything live that the server has not just vouched for.
 */
export function createLiveSite(deps: { initial: Snapshot; queryClient: QueryClient }): LiveSite {
  const { initial, queryClient } = deps;
  const site = initial.site.site;
  const key = siteKey(site);
  const tickListeners = new Set<() => void>();
  const readingListeners = new Set<(readings: readonly LiveReading[]) => void>();
  const renewedListeners = new Set<() => void>();

  let startedAt: number | null = null;
  let clock = { serverAt: initial.at, heardAt: 0 };
  let beatHeardAt: number | null = null;
  let lastLiveAt: number | null = initial.beat.live ? initial.at : null;
  let connection: Connection = { open: false, detail: 'The server cannot be reached' };
  const initialStatus = judgeFirst(initial.beat);
  let status = initialStatus;
  let hub: HubConnection | null = null;
  let queue: LiveEvent[] = [];
  let unread = 0;
  let flushing = false;
  let lostAt: number | null = null;
  let renewing = false;

  const picture = () => queryClient.getQueryData<Snapshot>(key) ?? initial;
  let moment = initial.at;

  function hear(serverAt: number, agoMs: number, live: boolean) {
    beatHeardAt = performance.now() - agoMs;
    clock = { serverAt, heardAt: beatHeardAt };
    if (live) lastLiveAt = serverAt;
  }

  function take(message: FromHub) {
    if (message.type === 'connection') {
      if (message.connection.open && lostAt !== null) renewSoon();
      if (!message.connection.open && beatHeardAt !== null) lostAt ??= performance.now();
      connection = message.connection;
      return tick();
    }
    // The server could not continue, or this page was frozen. (A snapshot alone only says that machines have changed.)
    const cutOff = message.type === 'snapshot' || message.event.name === 'resync';
    if (cutOff && beatHeardAt !== null) renewSoon();
    const event: LiveEvent =
      message.type === 'event'
        ? message.event
        : { name: 'snapshot', position: message.snapshot.position, data: message.snapshot };
    if (message.type === 'event') unread += 1;
    if (event.name === 'snapshot') {
      queue = [];
      hear(event.data.at, message.type === 'snapshot' ? message.heardAgoMs : 0, event.data.beat.live);
    } else if (event.name === 'beat') hear(event.data.at, 0, event.data.live);
    queue.push(event);
    if (flushing) return;
    flushing = true;
    setTimeout(flush, FLUSH_MS);
  }

  /** Not at once: what was stored meanwhile has to reach the database's readers first. */
  function renewSoon() {
    lostAt = null;
    if (renewing) return;
    renewing = true;
    setTimeout(() => {
      renewing = false;
      for (const listener of renewedListeners) listener();
    }, RENEW_AFTER_MS);
  }

  /** Frames come up to twenty times a second; a tenth of a second's worth is rendered at once. */
  function flush() {
    flushing = false;
    const events = queue;
    queue = [];
    hub?.taken(unread);
    unread = 0;
    queryClient.setQueryData<Snapshot>(key, events.reduce(applyEvent, picture()));
    for (const event of events) {
      if (event.name === 'readings') for (const listener of readingListeners) listener(event.data);
    }
    tick();
  }

  function tick() {
    const at = performance.now();
    moment = clock.serverAt + (at - clock.heardAt);
    const next = judgeLive({
      beat: picture().beat,
      heardAgoMs: beatHeardAt === null ? null : at - beatHeardAt,
      waitingMs: startedAt === null ? 0 : at - startedAt,
      connection,
      online: navigator.onLine,
      lastLiveAt,
    });
    if (JSON.stringify(next) !== JSON.stringify(status)) status = next;
    for (const listener of tickListeners) listener();
  }

  function start(): () => void {
    const ticking = setInterval(tick, TICK_MS);
    const keeping = setInterval(keep, KEEP_MS);
    startedAt = performance.now();
    if (picture().at < initial.at) queryClient.setQueryData<Snapshot>(key, initial);
    clock = { serverAt: picture().at, heardAt: startedAt };
    void recallPicture();
    const join = () => (hub ??= connectHub(site, take));
    const part = () => {
      keep();
      hub?.leave();
      hub = null;
    };
    join();
    const listeners: [string, () => void][] = [
      ['pagehide', part],
      ['pageshow', join],
      ['online', tick],
      ['offline', tick],
    ];
    for (const [name, listener] of listeners) addEventListener(name, listener);
    return () => {
      clearInterval(ticking);
      clearInterval(keeping);
      for (const [name, listener] of listeners) removeEventListener(name, listener);
      part();
    };
  }

  /** A page that was served from the offline store shows the last picture this device saw, with its true age. */
  async function recallPicture() {
    const storedAt = document.documentElement.dataset.storedAt;
    if (storedAt === undefined) return;
    delete document.documentElement.dataset.storedAt;
    const kept = await lastPicture(site);
    if (beatHeardAt !== null) return;
    const known = kept !== null && kept.at > picture().at ? kept : picture();
    clock = { serverAt: Math.max(Date.now(), known.at), heardAt: performance.now() };
    lastLiveAt = known.at;
    queryClient.setQueryData<Snapshot>(key, known);
    tick();
  }

  function keep() {
    if (beatHeardAt !== null) void keepPicture(picture());
  }

  const listenTo =
    <Listener>(listeners: Set<Listener>) =>
    (listener: Listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    };

  return {
    now: () => moment,
    status: () => status,
    onTick: listenTo(tickListeners),
    onReadings: listenTo(readingListeners),
    onRenewed: listenTo(renewedListeners),
    initialNow: initial.at,
    initialStatus,
    start,
  };
}

const FLUSH_MS = 100;
const RENEW_AFTER_MS = 1_500;
const TICK_MS = 250;
const KEEP_MS = 10_000;
