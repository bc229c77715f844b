import { QueryClient } from '@tanstack/react-query';

/** One per page in the browser, one per request on the server. */
export function createQueryClient(): QueryClient {
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: { refetchOnWindowFocus: false, refetchOnReconnect: false, retry: 1, staleTime: Infinity },
    },
  });
  queryClient.setQueryDefaults(['site'], {
    // applyEvent keeps what did not change; comparing the whole picture ten times a second would cost more than drawing it.
    structuralSharing: false,
    // A site that nobody looks at any more is asked for anew.
    gcTime: 30_000,
  });
  return queryClient;
}
