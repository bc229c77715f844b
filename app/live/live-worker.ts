import '../no-eval.ts';
import { systemClock } from '../../contracts/clock.ts';
import { createLiveHub } from './live-hub.ts';
import type { FromHub, ToHub } from './live-messages.ts';

/**
 * The shared worker: every tab of this browser is a port, all watch through one stream a site. It must never keep a
 * port whose tab is gone, or a closed tab would hold the stream open.
 */
declare const self: { onconnect: ((event: MessageEvent) => void) | null };

const hub = createLiveHub({ clock: systemClock, openEventSource: (url) => new EventSource(url) });

self.onconnect = ({ ports: [port] }: MessageEvent) => {
  if (!port) return;
  let seat: ReturnType<typeof hub.join> | null = null;
  const leave = () => {
    seat?.leave();
    seat = null;
    port.close();
  };
  port.onmessage = ({ data }: MessageEvent<ToHub>) => {
    if (data.type === 'leave') return leave();
    if (data.type === 'taken') return seat?.taken(data.count);
    seat = hub.join(data.site, { send: (message: FromHub) => port.postMessage(message) });
    // Granted only when the tab that holds it is gone, however it went.
    if (data.lock !== null) void navigator.locks.request(data.lock, leave);
  };
};
