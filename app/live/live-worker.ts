import '../no-eval.ts';
import { systemClock } from '../../contracts/clock.ts';
import { createLiveHub } from './live-hub.ts';
import type { FromHub, ToHub } from './live-messages.ts';

/**
 * The worker that holds the streams. Shared: every tab of this browser is a port, and all watch through one stream a
 * site. Dedicated, where there are no shared workers (many phones): the one page is the port. It must never keep a port
 * whose tab is gone, or a closed tab would hold the stream open.
 */
declare const self: Port & { onconnect?: ((event: MessageEvent) => void) | null; location: Location };

interface Port {
  postMessage(message: FromHub): void;
  onmessage: ((event: MessageEvent<ToHub>) => void) | null;
  close(): void;
}

const hub = createLiveHub({ clock: systemClock, openEventSource: (url) => new EventSource(url) });

if ('onconnect' in self) {
  self.onconnect = ({ ports: [port] }: MessageEvent) => {
    if (port) serve(port);
  };
} else serve(self);

function serve(port: Port): void {
  let seat: ReturnType<typeof hub.join> | null = null;
  const leave = () => {
    seat?.leave();
    seat = null;
    port.close();
  };
  port.onmessage = ({ data }) => {
    if (data.type === 'leave') return leave();
    if (data.type === 'taken') return seat?.taken(data.count);
    seat = hub.join(data.site, { send: (message) => port.postMessage(message) });
    // Granted only when the tab that holds it is gone, however it went.
    if (data.lock !== null) void navigator.locks.request(data.lock, leave);
  };
}

// Pages name the files they need, but not this one: it keeps itself for a device without a network (public/sw.js).
if ('caches' in globalThis) {
  void caches.open('sentia-files').then(async (files) => {
    if ((await files.match(self.location.href)) === undefined) await files.add(self.location.href);
  });
}
