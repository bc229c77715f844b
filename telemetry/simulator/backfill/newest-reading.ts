import { latestSchema } from '../../../contracts/api/equipment.ts';
import type { Clock } from '../../../contracts/clock.ts';

/** What Sentia has stored of a site; `unknown` when it cannot be asked. */
export type Newest = { kind: 'none' } | { kind: 'at'; atS: number } | { kind: 'unknown'; detail: string };

const RETRY_MS = 250;
const ASK_TIMEOUT_MS = 3000;

/** Asks Sentia's own API, as any customer could, again and again until it answers or `untilMs` has come. */
export async function newestReading(
  site: string,
  {
    apiUrl,
    clock,
    untilMs,
    fetch,
  }: { apiUrl: string; clock: Clock; untilMs: number; fetch: typeof globalThis.fetch },
): Promise<Newest> {
  for (;;) {
    const answer = await ask(`${apiUrl}/signals/latest?site=${encodeURIComponent(site)}&limit=1000`, fetch);
    if (answer.kind !== 'unknown' || clock.now() >= untilMs) return answer;
    await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
  }
}

async function ask(url: string, fetch: typeof globalThis.fetch): Promise<Newest> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    body = await response.json();
  } catch (error) {
    return { kind: 'unknown', detail: error instanceof Error ? error.message : String(error) };
  }
  if (response.status === 404) return { kind: 'none' };
  const latest = latestSchema.safeParse(body);
  if (!response.ok || !latest.success) {
    return { kind: 'unknown', detail: `the API answered ${response.status}` };
  }
  const { items } = latest.data;
  if (items.length === 0) return { kind: 'none' };
  const times = items.flatMap((item) => (item.at === null ? [] : [Date.parse(item.at)]));
  // Signals without a single reading: the live picture is still being put together.
  if (times.length === 0) return { kind: 'unknown', detail: 'no signal has a reading yet' };
  return { kind: 'at', atS: Math.floor(Math.max(...times) / 1000) };
}
