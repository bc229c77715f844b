import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Snapshot } from '../../contracts/live.ts';
import { createLiveSite, siteKey, type LiveSite } from './live-site.ts';
import type { LiveStatus } from './live-status.ts';

const LiveSiteContext = createContext<LiveSite | null>(null);

/** Keeps a site live for everything inside it. Give it a `key` of the site's slug: another site is another stream. */
export function LiveSiteProvider({ initial, children }: { initial: Snapshot; children: ReactNode }) {
  const queryClient = useQueryClient();
  const [liveSite] = useState(() => createLiveSite({ initial, queryClient }));
  useEffect(() => liveSite.start(), [liveSite]);
  return <LiveSiteContext.Provider value={liveSite}>{children}</LiveSiteContext.Provider>;
}

export function useLiveSite(): LiveSite {
  const liveSite = useContext(LiveSiteContext);
  if (liveSite === null) throw new Error('useLiveSite needs a LiveSiteProvider around it');
  return liveSite;
}

/**
 * The picture of the site as it is now. Nothing is ever fetched: the loader gives the first, the stream the others.
 * @param initial what the loader gave: rendered until the first event, so that server and browser paint the same.
 */
export function usePicture(initial: Snapshot): Snapshot {
  const query = useQuery({
    queryKey: siteKey(initial.site.site),
    queryFn: () => initial,
    initialData: initial,
    enabled: false,
  });
  return query.data;
}

/**
 * What `read` makes of the present moment. The component renders again only when that differs, so `read` gives a text
 * or a flag, never a new object.
 */
export function useMoment<Value extends string | number | boolean | null>(
  read: (now: number, status: LiveStatus) => Value,
): Value {
  const liveSite = useLiveSite();
  return useSyncExternalStore(
    liveSite.onTick,
    () => read(liveSite.now(), liveSite.status()),
    () => read(liveSite.initialNow, liveSite.initialStatus),
  );
}

export function useLiveStatus(): LiveStatus {
  const liveSite = useLiveSite();
  return useSyncExternalStore(liveSite.onTick, liveSite.status, () => liveSite.initialStatus);
}
