import '../no-eval.ts';
import { snapshotSchema, type Snapshot } from '../../contracts/live.ts';

/**
 * The last picture of each site that this device saw, for a phone without a network. It lies in Cache Storage, where
 * the service worker keeps the pages too: asynchronous, shared by tabs, gone with them, and one entry a site is the
 * bound. Where there is none (plain http off this machine) nothing is kept.
 */
const STORE = 'sentia-pictures';

const keyOf = (site: string) => `/offline/pictures/${encodeURIComponent(site)}`;

export async function keepPicture(picture: Snapshot): Promise<void> {
  if (!('caches' in globalThis)) return;
  const store = await caches.open(STORE);
  await store.put(keyOf(picture.site.site), new Response(JSON.stringify(picture)));
}

/** @returns null when this device has none, or one of another version. */
export async function lastPicture(site: string): Promise<Snapshot | null> {
  if (!('caches' in globalThis)) return null;
  const store = await caches.open(STORE);
  const kept = await store.match(keyOf(site));
  if (kept === undefined) return null;
  const parsed = snapshotSchema.safeParse(await kept.json());
  return parsed.success ? parsed.data : null;
}
