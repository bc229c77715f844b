import type { Snapshot } from '../../contracts/live.ts';

/**
 * The last picture of each site that this device saw, for a phone without a network. It lies in Cache Storage, where
 * the service worker keeps the pages too: asynchronous, shared by tabs, and one entry a site is the bound. Where there
 * is none (plain http off this machine) nothing is kept.
 */
const STORE = 'sentia-pictures';

/** A picture is only read by the build that wrote it: what lies there needs no second parsing. */
const keyOf = (site: string) =>
  `/offline/pictures/${window.__remixManifest.version}/${encodeURIComponent(site)}`;

export async function keepPicture(picture: Snapshot): Promise<void> {
  if (!('caches' in globalThis)) return;
  const store = await caches.open(STORE);
  await store.put(keyOf(picture.site.site), new Response(JSON.stringify(picture)));
}

/** @returns null when this device has none of this build. */
export async function lastPicture(site: string): Promise<Snapshot | null> {
  if (!('caches' in globalThis)) return null;
  const store = await caches.open(STORE);
  const kept = await store.match(keyOf(site));
  return kept === undefined ? null : ((await kept.json()) as Snapshot);
}
