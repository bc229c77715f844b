import { systemClock } from '../../contracts/clock.ts';
import type { LiveHub } from './live-hub.ts';
import type { FromHub, ToHub } from './live-messages.ts';

export interface HubConnection {
  taken(count: number): void;
  leave(): void;
}

/**
 * Joins a site's stream: through the shared worker, so that a browser holds one connection however many tabs are open
 * (over HTTP/1.1 it has six), or, where there is none (many phones), within this page.
 */
export function connectHub(site: string, onMessage: (message: FromHub) => void): HubConnection {
  return typeof SharedWorker === 'undefined' ? joinHere(site, onMessage) : joinShared(site, onMessage);
}

function joinShared(site: string, onMessage: (message: FromHub) => void): HubConnection {
  const worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), {
    type: 'module',
    name: 'sentia-live',
  });
  let fallback: HubConnection | null = null;
  // A worker that cannot be loaded (offline, an old build) must not leave the page without a stream.
  worker.onerror = () => {
    fallback ??= joinHere(site, onMessage);
  };
  const { port } = worker;
  const say = (message: ToHub) => port.postMessage(message);
  port.onmessage = ({ data }: MessageEvent<FromHub>) => onMessage(data);
  // Joined only once the lock is held: the hub waits for it to be given up.
  const release = holdLock((lock) => say({ type: 'join', site, lock }));
  return {
    taken(count) {
      fallback?.taken(count);
      say({ type: 'taken', count });
    },
    leave() {
      fallback?.leave();
      say({ type: 'leave' });
      port.onmessage = null;
      release();
    },
  };
}

/** Held until released or until the tab dies. Web Locks need a secure context: elsewhere the tab's own word must do. */
function holdLock(onHeld: (name: string | null) => void): () => void {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  if ('locks' in navigator) {
    const name = `sentia-live-${crypto.randomUUID()}`;
    void navigator.locks.request(name, () => {
      onHeld(name);
      return held;
    });
  } else onHeld(null);
  return () => release();
}

function joinHere(site: string, onMessage: (message: FromHub) => void): HubConnection {
  let seat: HubConnection | null = null;
  let left = false;
  import('./live-hub.ts').then(
    ({ createLiveHub }) => {
      if (left) return;
      hubHere ??= createLiveHub({ clock: systemClock, openEventSource: (url) => new EventSource(url) });
      seat = hubHere.join(site, { send: onMessage });
    },
    // Offline before this part was ever loaded: the page stays with its last picture and says so.
    () => onMessage({ type: 'connection', connection: { open: false, detail: 'This device is offline' } }),
  );
  return {
    taken: (count) => seat?.taken(count),
    leave() {
      left = true;
      seat?.leave();
    },
  };
}

let hubHere: LiveHub | null = null;
