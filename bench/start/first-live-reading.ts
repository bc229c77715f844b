import { get } from 'node:http';
import { createParser } from 'eventsource-parser';
import { readingsEventSchema } from '../../contracts/live.ts';

const RETRY_MS = 50;
const GIVE_UP_MS = 180_000;

/** @returns when the stream of this site first brought a reading measured after `sinceMs` */
export async function firstLiveReading(port: number, site: string, sinceMs: number): Promise<number> {
  const deadline = Date.now() + GIVE_UP_MS;
  while (Date.now() < deadline) {
    const at = await listen(port, site, sinceMs, deadline);
    if (at !== null) return at;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error('no live reading came on the stream');
}

/** @returns null when there is no stream yet */
function listen(port: number, site: string, sinceMs: number, deadline: number): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get({ port, host: 'localhost', path: `/api/v1/sites/${site}/live` }, (response) => {
      const timer = setTimeout(() => request.destroy(), deadline - Date.now());
      const parser = createParser({
        onEvent: ({ event, data }) => {
          if (event !== 'readings') return;
          const readings = readingsEventSchema.parse(JSON.parse(data));
          if (!readings.some(([, at]) => at > sinceMs)) return;
          resolve(Date.now());
          request.destroy();
        },
      });
      if (response.statusCode !== 200) request.destroy();
      response.setEncoding('utf8');
      response.on('data', (text: string) => parser.feed(text));
      response.on('close', () => {
        clearTimeout(timer);
        resolve(null);
      });
    });
    request.on('error', () => resolve(null));
  });
}
