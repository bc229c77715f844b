import type { FromHub, ToHub } from './live-messages.ts';

export interface HubConnection {
  taken(count: number): void;
  leave(): void;
}

/** How soon a worker that could not be loaded (offline, in the middle of an update) is tried again. */
const RETRY_MS = 2_000;

/**
 * Joins a site's stream: through the shared worker, so that a browser holds one connection however many tabs are open
 * (over HTTP/1.1 it has six), or through a worker of this page alone where there are no shared ones.
 */
export function connectHub(site: string, onMessage: (message: FromHub) => void): HubConnection {
  let left = false;
  let current = join();

  function join(): HubConnection {
    const { worker, port } = openWorker();
    const say = (message: ToHub) => port.postMessage(message);
    port.onmessage = ({ data }: MessageEvent<FromHub>) => onMessage(data);
    worker.onerror = () => {
      worker.onerror = null;
      release();
      onMessage({ type: 'connection', connection: { open: false, detail: 'The server cannot be reached' } });
      setTimeout(() => {
        if (!left) current = join();
      }, RETRY_MS);
    };
    // Joined only once the lock is held: the hub waits for it to be given up.
    const release = holdLock((lock) => say({ type: 'join', site, lock }));
    return {
      taken: (count) => say({ type: 'taken', count }),
      leave() {
        say({ type: 'leave' });
        port.onmessage = null;
        release();
      },
    };
  }

  return {
    taken: (count) => current.taken(count),
    leave() {
      left = true;
      current.leave();
    },
  };
}

/** Both kinds run the same file; each must be written out, or the bundler does not see that it is one. */
function openWorker(): { worker: AbstractWorker; port: Pick<MessagePort, 'postMessage' | 'onmessage'> } {
  if (typeof SharedWorker !== 'undefined') {
    const worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), {
      type: 'module',
      name: 'sentia-live',
    });
    return { worker, port: worker.port };
  }
  const worker = new Worker(new URL('./live-worker.ts', import.meta.url), { type: 'module' });
  return { worker, port: worker as Pick<MessagePort, 'postMessage' | 'onmessage'> };
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
