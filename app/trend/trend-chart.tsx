import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { LiveSignal } from '../../contracts/live.ts';
import { useLiveSite } from '../live/live-site-provider.tsx';
import 'uplot/dist/uPlot.min.css';
import { edges, pan, zoom, type View } from './ranges.ts';
import { TrendReading } from './trend-reading.tsx';
import type { Column } from './trend-columns.ts';
import { TrendRestated } from './trend-restated.tsx';
import { createTrendPlot, type TrendPlot } from './trend-plot.ts';
import { useSeenWidth } from './use-seen-width.ts';
import { useTrend } from './use-trend.ts';

/** How often a moving trend is drawn. */
const DRAW_EVERY_MS = 1_000;

/** A signal over time. Mouse: read, drag to zoom. Finger: read. Keys: arrows read, + and − zoom, Page keys move. */
export function TrendChart(props: {
  signal: LiveSignal;
  label: string;
  view: View;
  timeZone: string;
  onView: (view: View) => void;
}) {
  const { signal, label, view, timeZone, onView } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<TrendPlot | null>(null);
  const [read, setRead] = useState<Column | null>(null);
  const liveSite = useLiveSite();
  const widthPx = useSeenWidth(host);
  const { trend, grid, query } = useTrend(signal, view, widthPx);

  useEffect(() => {
    const element = host.current;
    if (element === null || widthPx === 0) return;
    const shown = { trend, view, columnMs: grid.columnMs };
    let unmounted = false;
    let drawnAt = -Infinity;
    let drawnColumns = 0;
    const draw = () => {
      drawnAt = performance.now();
      drawnColumns = trend.columns().length;
      plot.current?.show(shown.trend, { ...edges(shown.view, liveSite.now()), columnMs: shown.columnMs });
    };
    const onZoom = (from: number, to: number) => onView({ kind: 'fixed', from, to });
    const options = { host: element, timeZone, syncKey: 'machine', onRead: setRead, onZoom };
    void createTrendPlot(options, () => !unmounted).then((made) => {
      if (made === null) return;
      plot.current = made;
      draw();
    });
    const stop = liveSite.onTick(() => {
      const due = performance.now() - drawnAt >= DRAW_EVERY_MS || trend.columns().length - drawnColumns > 10;
      if (due && document.visibilityState === 'visible') draw();
    });
    return () => {
      unmounted = true;
      stop();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [trend, grid.columnMs, view, timeZone, liveSite, onView, widthPx]);

  function onKey(event: KeyboardEvent) {
    const now = liveSite.now();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) plot.current?.step(event.shiftKey ? 10 * step : step);
    else if (event.key === 'Escape') plot.current?.step(null);
    else if (event.key === '+' || event.key === '=') onView(zoom(view, 0.5, now));
    else if (event.key === '-') onView(zoom(view, 2, now));
    else if (event.key === 'PageUp') onView(pan(view, -0.5, now));
    else if (event.key === 'PageDown') onView(pan(view, 0.5, now));
    else return;
    event.preventDefault();
  }

  return (
    <div className="trend-chart">
      <div
        ref={host}
        className="trend-plot"
        tabIndex={0}
        role="img"
        aria-label={`Trend of ${label}. Arrow keys read values, plus and minus zoom, page keys move in time.`}
        onKeyDown={onKey}
      />
      <TrendReading column={read} columnMs={grid.columnMs} unit={signal.unit} timeZone={timeZone} />
      <TrendRestated restated={query.data?.restated} unit={signal.unit} timeZone={timeZone} />
      {query.isPending && <p className="trend-note">Reading history…</p>}
      {query.isError && (
        <p className="trend-note" role="alert">
          History could not be read: {query.error.message}{' '}
          <button type="button" className="text-button" onClick={() => void query.refetch()}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}
