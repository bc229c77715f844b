import type { Clock } from '../../contracts/clock.ts';
import type { LiveEvent } from '../../contracts/live.ts';
import type { Connection } from './live-messages.ts';
import { LIVE_EVENT_NAMES, parseEvent } from './parse-event.ts';

/**
 * One site's EventSource: parses its frames once and keeps it open. It must never stay silent about a lost connection,
 * and never start over while the browser itself is still coming back with its Last-Event-ID.
 */
export function createSiteStream(deps: {
  site: string;
  clock: Clock;
  openEventSource: (url: string) => EventSource;
  onEvent: (event: LiveEvent) => void;
  onConnection: (connection: Connection) => void;
}): { close(): void } {
  const { clock, onConnection } = deps;
  let source: EventSource | null = null;
  let lastEventId = '';
  let closed = false;
  let cancelTimer: () => void = () => undefined;

  open();

  function open() {
    const url = `/api/v1/sites/${encodeURIComponent(deps.site)}/live`;
    const opened = deps.openEventSource(
      lastEventId === '' ? url : `${url}?lastEventId=${encodeURIComponent(lastEventId)}`,
    );
    source = opened;
    opened.onopen = () => {
      onConnection({ open: true });
      watch();
    };
    opened.onerror = () => {
      onConnection({ open: false, detail: 'The server cannot be reached' });
      // CONNECTING: the browser comes back by itself, with its Last-Event-ID. CLOSED: it has given up, so we do not.
      if (opened.readyState === EVENT_SOURCE_CLOSED) reopenAfter(REOPEN_AFTER_MS);
      else watch();
    };
    for (const name of LIVE_EVENT_NAMES) {
      opened.addEventListener(name, (message: MessageEvent<string>) => {
        watch();
        const event = parseEvent(name, message.lastEventId, message.data);
        if (event === null) return;
        lastEventId = message.lastEventId;
        deps.onEvent(event);
      });
    }
    watch();
  }

  /** A connection can die without a word (cable, sleep): after a long silence it is opened anew. */
  function watch() {
    cancelTimer();
    cancelTimer = clock.after(SILENT_FOR_MS, () => {
      onConnection({ open: false, detail: 'The connection went silent' });
      reopenAfter(0);
    });
  }

  function reopenAfter(ms: number) {
    cancelTimer();
    source?.close();
    cancelTimer = clock.after(ms, () => {
      if (!closed) open();
    });
  }

  return {
    close() {
      closed = true;
      cancelTimer();
      source?.close();
    },
  };
}

/** Beats come every second; pages say STALE long before this. */
const SILENT_FOR_MS = 6_000;
const REOPEN_AFTER_MS = 1_000;
/** EventSource.CLOSED, by number: tests have no EventSource. */
const EVENT_SOURCE_CLOSED = 2;
