/*
 * The service worker: lets a device without a network show the last state it saw. It must never answer in the network's
 * place while there is one, and never touches the API or the live stream.
 *
 * Pages (navigations) are asked for from the network and kept; without it the kept one is shown, marked with when it was
 * kept, and app/live/last-picture.ts puts the last picture into it. Files under /assets/ carry a hash in their name, so
 * they are kept for good until they are too many.
 */
const PAGES = 'sentia-pages';
const FILES = 'sentia-files';
const MOST_PAGES = 30;
const MOST_FILES = 150;
const NETWORK_WITHIN_MS = 8_000;
const KEPT_AT = 'x-sentia-kept-at';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(FILES)
      .then((files) => files.add('/offline.html'))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      await self.clients.claim();
      // The page that installed this worker was loaded before it: kept now, it can be shown again offline.
      const open = await self.clients.matchAll({ type: 'window' });
      await Promise.all(
        open.map(({ url }) =>
          fetch(url).then(
            (response) => keepPage(url, response),
            () => undefined,
          ),
        ),
      );
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request, event));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(file(request));
});

async function page(request, event) {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(NETWORK_WITHIN_MS) });
    event.waitUntil(keepPage(request.url, response.clone()));
    return response;
  } catch {
    return (await keptPage(request.url)) ?? (await (await caches.open(FILES)).match('/offline.html'));
  }
}

async function keepPage(url, response) {
  if (!response.ok || response.type === 'opaqueredirect' || response.redirected) return;
  if (!(response.headers.get('Content-Type') ?? '').startsWith('text/html')) return;
  const html = await response.text();
  const headers = new Headers(response.headers);
  headers.set(KEPT_AT, String(Date.now()));
  const pages = await caches.open(PAGES);
  await pages.put(url, new Response(html, { headers }));
  await forgetOldest(pages, MOST_PAGES);
  const files = await caches.open(FILES);
  for (const name of new Set(html.match(/\/assets\/[\w.-]+/g) ?? [])) {
    if ((await files.match(name)) === undefined) await files.add(name).catch(() => undefined);
  }
}

/** The mark goes on the root element, where the page finds it before it says anything about ages. */
async function keptPage(url) {
  const kept = await (await caches.open(PAGES)).match(url, { ignoreSearch: true });
  if (kept === undefined) return undefined;
  const html = await kept.text();
  const marked = html.replace('<html ', `<html data-stored-at="${kept.headers.get(KEPT_AT)}" `);
  return new Response(marked, { headers: kept.headers });
}

async function file(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) {
    await files.put(request, response.clone());
    await forgetOldest(files, MOST_FILES);
  }
  return response;
}

/** Caches list their keys in the order they were put. */
async function forgetOldest(cache, most) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}
