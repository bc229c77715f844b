import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { createParser } from 'eventsource-parser';
import { LIVE_EVENTS, type LiveEvent, type LiveEventName } from '../../contracts/live.ts';

/** A client of the live stream that reads real responses through eventsource-parser and checks each event's schema. */
export interface SseClient {
  readonly events: LiveEvent[];
  readonly headers: IncomingMessage['headers'];
  readonly status: number;
  /** The `id:` of the last event, as a browser would send it back. */
  lastEventId(): string;
  retryMs(): number | null;
  /** The first event, past or to come, that fits. Fails after `withinMs`. */
  waitFor(fits: (event: LiveEvent) => boolean, withinMs?: number): Promise<LiveEvent>;
  /** Resolves when the server has ended the response or the connection broke. */
  ended: Promise<void>;
  close(): void;
  /** Stops reading: what is sent piles up, on the way and at the server. */
  stall(): void;
}

export async function openSse(
  url: string,
  options: { lastEventId?: string; headers?: Record<string, string> } = {},
): Promise<SseClient> {
  const headers = { Accept: 'text/event-stream', ...options.headers };
  const request = httpRequest(url, {
    headers:
      options.lastEventId === undefined ? headers : { ...headers, 'Last-Event-ID': options.lastEventId },
  });
  const response = await responseOf(request);
  const events: LiveEvent[] = [];
  const waiting = new Set<() => void>();
  let id = '';
  let retry: number | null = null;
  const parser = createParser({
    onEvent(message) {
      if (message.id !== undefined) id = message.id;
      events.push(parseLiveEvent(message.event, id, message.data));
      for (const look of [...waiting]) look();
    },
    onRetry: (ms) => (retry = ms),
    onError(error) {
      throw error;
    },
  });
  const body = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response;
  body.setEncoding('utf8');
  body.on('data', (chunk: string) => parser.feed(chunk));
  const ended = new Promise<void>((resolve) => {
    response.on('close', () => resolve());
    response.on('error', () => resolve());
  });
  request.on('error', () => undefined);

  return {
    events,
    headers: response.headers,
    status: response.statusCode ?? 0,
    lastEventId: () => id,
    retryMs: () => retry,
    ended,
    waitFor: (fits, withinMs = 10_000) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find(fits);
          if (found === undefined) return;
          done();
          resolve(found);
        };
        const timer = setTimeout(() => {
          done();
          const names = events.map((event) => event.name).join(' ');
          reject(new Error(`no such event within ${withinMs} ms; there were: ${names}`));
        }, withinMs);
        const done = () => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    close: () => request.destroy(),
    stall: () => {
      body.pause();
      response.socket.pause();
    },
  };
}

function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
    request.end();
  });
}

function parseLiveEvent(name: string | undefined, id: string, data: string): LiveEvent {
  const position = Number(id);
  if (name === undefined || !(name in LIVE_EVENTS) || !Number.isSafeInteger(position) || id === '') {
    throw new Error(`no event of ours: ${String(name)} with id ${JSON.stringify(id)}`);
  }
  const known = name as LiveEventName;
  return { name: known, position, data: LIVE_EVENTS[known].parse(JSON.parse(data)) } as LiveEvent;
}
