import { useQuery } from '@tanstack/react-query';

const EVERY_MS = 2_000;

/**
 * What a loader gave, asked for again every two seconds while the page is seen: for pages about the plumbing, made from
 * counters that no stream carries. A server that does not answer leaves the last answer standing, with its time.
 * @param address a resource route that gives the same as the loader did.
 */
export function usePolled<Answer>(
  address: string,
  initial: Answer,
): { answer: Answer; at: number; failing: boolean } {
  const query = useQuery({
    queryKey: ['polled', address],
    queryFn: async ({ signal }) => {
      const response = await fetch(address, { signal, headers: { Accept: 'application/json' } });
      if (!response.ok) throw new Error(`The server answered ${response.status}.`);
      return (await response.json()) as Answer;
    },
    initialData: initial,
    staleTime: EVERY_MS,
    gcTime: 0,
    retry: false,
    refetchInterval: EVERY_MS,
  });
  return { answer: query.data ?? initial, at: query.dataUpdatedAt, failing: query.isError };
}
