import type { LiveEventName } from '../../contracts/live.ts';

/**
 * One event as bytes, serialised once for all who receive it. JSON holds no raw line break, so `data:` is one line.
 */
export function sseFrame(name: LiveEventName, position: number, data: unknown): Buffer {
  return Buffer.from(`event: ${name}\nid: ${position}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** How long a browser waits before it comes back. */
export const SSE_RETRY = Buffer.from('retry: 1000\n\n');
