/** EventSources that a test speaks through instead of a server. */
export function createFakeEventSources() {
  const opened: FakeEventSource[] = [];
  return {
    open: (url: string): EventSource => {
      const source = createFakeEventSource(url);
      opened.push(source);
      return source as unknown as EventSource;
    },
    opened: () => opened.map(({ url }) => url),
    newest: () => opened.at(-1)!,
  };
}

type FakeEventSource = ReturnType<typeof createFakeEventSource>;

function createFakeEventSource(url: string) {
  const listeners = new Map<string, (message: { data: string; lastEventId: string }) => void>();
  const source = {
    url,
    readyState: 0,
    closed: false,
    onopen: null as (() => void) | null,
    onerror: null as (() => void) | null,
    addEventListener: (name: string, listener: (message: { data: string; lastEventId: string }) => void) =>
      listeners.set(name, listener),
    close() {
      source.closed = true;
      source.readyState = 2;
    },
    say: (name: string, position: number, data: unknown) =>
      source.sayRaw(name, String(position), JSON.stringify(data)),
    sayRaw(name: string, lastEventId: string, data: string) {
      source.readyState = 1;
      listeners.get(name)?.({ data, lastEventId });
    },
    fail(into: 'connecting' | 'closed') {
      source.readyState = into === 'closed' ? 2 : 0;
      source.onerror?.();
    },
  };
  return source;
}
