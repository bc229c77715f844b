import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useLiveSite } from '../live/live-site-provider.tsx';
import { fetchReadings } from './fetch-readings.ts';
import { gridFor, type View } from './ranges.ts';
import { createTrendColumns } from './trend-columns.ts';

/**
 * One signal's trend: history asked for once, live readings folded on behind it.
 * @param widthPx the plot's width; 0 while it is not seen, and nothing is asked for.
 */
export function useTrend(
  signal: { signalId: number; staleAfterMs: number | null },
  view: View,
  widthPx: number,
) {
  const liveSite = useLiveSite();
  const { signalId, staleAfterMs } = signal;
  const grid = useMemo(() => gridFor(view, widthPx), [view, widthPx]);
  const trend = useMemo(() => createTrendColumns(grid), [grid]);
  const query = useQuery({
    queryKey: ['history', signalId, grid.from, grid.to, grid.points],
    queryFn: ({ signal: abort }) => fetchReadings(signalId, grid, abort),
    enabled: widthPx > 0,
    structuralSharing: false,
    gcTime: 60_000,
  });
  const { data } = query;
  useEffect(() => {
    if (data !== undefined) trend.setHistory(data);
  }, [trend, data]);
  useEffect(() => {
    if (view.kind !== 'live') return;
    return liveSite.onReadings((readings) => {
      for (const reading of readings) if (reading[0] === signalId) trend.add(reading, staleAfterMs);
    });
  }, [liveSite, trend, signalId, staleAfterMs, view.kind]);
  return { trend, grid, query };
}
