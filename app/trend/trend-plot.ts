import type uPlot from 'uplot';
import { formatClock, formatDay, formatSeconds } from '../text/format-time.ts';
import type { Column, TrendColumns } from './trend-columns.ts';

/** A live, zoomable trend on a canvas. The chart library is loaded with the first one: boards never need it. */
export interface TrendPlot {
  show(trend: TrendColumns, shown: { from: number; to: number; columnMs: number }): void;
  /** Moves the reading line by so many columns, from the newest if it stands nowhere; null takes it away. */
  step(by: number | null): void;
  destroy(): void;
}

export interface TrendPlotOptions {
  host: HTMLElement;
  timeZone: string;
  /** Charts of one page read at the same moment. */
  syncKey: string;
  onRead(column: Column | null): void;
  onZoom(from: number, to: number): void;
}

/** @returns the plot once the library is there; null when it was no longer wanted by then. */
export async function createTrendPlot(
  options: TrendPlotOptions,
  wanted: () => boolean,
): Promise<TrendPlot | null> {
  const { default: UPlot } = await import('uplot');
  if (!wanted()) return null;
  const { host, timeZone } = options;
  let trend: TrendColumns | null = null;
  let columnMs = 1;
  /** The columns that the plot's rows stand for; null where a row breaks the line. */
  let rows: (Column | null)[] = [];
  /** The column that keys have stepped to; it keeps its place in time while the trend moves on. */
  let steppedTo: Column | null = null;
  let valueRange: [number, number] = [0, 1];
  let colours = readColours(host);

  const plot = new UPlot(
    {
      ...sizeOf(host),
      tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), timeZone),
      legend: { show: false },
      padding: [8, 8, 0, 0],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        sync: { key: options.syncKey, setSeries: false },
        points: { size: 7 },
      },
      scales: { x: { time: true }, y: { range: () => valueRange } },
      axes: [
        {
          ...axis(() => colours),
          space: 72,
          size: 30,
          values: (_, splits, _axis, _space, stepS) =>
            splits.map((seconds) => timeLabel(seconds * 1000, stepS * 1000, timeZone)),
        },
        { ...axis(() => colours), size: (_, labels) => axisWidth(labels, colours.font), space: 34 },
      ],
      series: [{}, { stroke: () => colours.trend, width: 1.3, points: { show: false } }],
      hooks: {
        drawAxes: [drawGaps, drawBand],
        setCursor: [() => steppedTo === null && options.onRead(columnAtCursor())],
        setSelect: [
          ({ select }) => {
            if (select.width < 4) return;
            options.onZoom(
              plot.posToVal(select.left, 'x') * 1000,
              plot.posToVal(select.left + select.width, 'x') * 1000,
            );
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    },
    [[], []],
    host,
  );

  /** Every column's minimum and maximum, at least a pixel each way: a peak of one reading in a month is still seen. */
  function drawBand(u: uPlot) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colours.band;
    for (const column of trend?.columns() ?? []) {
      const left = u.valToPos(column.at / 1000, 'x', true);
      const right = u.valToPos((column.at + columnMs) / 1000, 'x', true);
      const top = u.valToPos(column.max, 'y', true);
      const bottom = u.valToPos(column.min, 'y', true);
      ctx.fillRect(left, top - 0.5, Math.max(1, right - left), Math.max(1, bottom - top + 1));
    }
    ctx.restore();
  }

  function drawGaps(u: uPlot) {
    const { ctx, bbox } = u;
    ctx.fillStyle = colours.gap;
    for (const [from, to] of trend?.gaps() ?? []) {
      const left = Math.max(bbox.left, u.valToPos(from / 1000, 'x', true));
      const right = Math.min(bbox.left + bbox.width, u.valToPos(to / 1000, 'x', true));
      if (right - left >= 2) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
  }

  function columnAtCursor(): Column | null {
    const { left, idx } = plot.cursor;
    if (left === undefined || left < 0 || idx === null || idx === undefined) return null;
    return rows[idx] ?? rows[idx - 1] ?? null;
  }

  const resizing = new ResizeObserver(() => plot.setSize(sizeOf(host)));
  resizing.observe(host);
  const repainting = new MutationObserver(() => {
    colours = readColours(host);
    plot.redraw(false, true);
  });
  repainting.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  // A finger reads along the line; up and down it scrolls the page (touch-action: pan-y).
  const onPointer = (event: PointerEvent) => {
    steppedTo = null;
    if (event.pointerType === 'mouse') return;
    const { left } = plot.over.getBoundingClientRect();
    plot.setCursor({ left: event.clientX - left, top: 1 });
  };
  plot.over.addEventListener('pointerdown', onPointer);
  plot.over.addEventListener('pointermove', onPointer);

  function placeLine() {
    if (steppedTo === null) return plot.setCursor({ left: -10, top: -10 });
    const left = plot.valToPos((steppedTo.at + columnMs / 2) / 1000, 'x');
    plot.setCursor({ left: Math.min(left, plot.over.clientWidth - 1), top: 1 });
  }

  return {
    show(shownTrend, shown) {
      trend = shownTrend;
      columnMs = shown.columnMs;
      rows = withBreaks(trend);
      const columns = trend.columns().filter(({ at }) => at + columnMs >= shown.from && at <= shown.to);
      valueRange = rangeOf(columns);
      const data: uPlot.AlignedData = [
        rows.map(
          (row, i) => (row === null ? (rows[i - 1]?.at ?? 0) + columnMs : row.at + columnMs / 2) / 1000,
        ),
        rows.map((row) => row?.last ?? null),
      ];
      plot.batch(() => {
        plot.setData(data, false);
        plot.setScale('x', { min: shown.from / 1000, max: shown.to / 1000 });
      });
      if (steppedTo !== null) placeLine();
    },
    step(by) {
      const columns = rows.filter((row) => row !== null);
      const from = columns.findIndex(({ at }) => at === steppedTo?.at);
      const to = from < 0 ? columns.length - 1 : Math.min(columns.length - 1, Math.max(0, from + (by ?? 0)));
      steppedTo = by === null ? null : (columns[to] ?? null);
      placeLine();
      options.onRead(steppedTo);
    },
    destroy() {
      resizing.disconnect();
      repainting.disconnect();
      plot.destroy();
    },
  };
}

/** @returns the columns with a row of nothing wherever the line must break. */
function withBreaks(trend: TrendColumns): (Column | null)[] {
  return trend.columns().flatMap((column, i, columns) => {
    const before = columns[i - 1];
    return before !== undefined && trend.gapBetween(before, column) ? [null, column] : [column];
  });
}

/** A little air above and below; a constant gets some of its own size, so that it does not look like noise. */
function rangeOf(columns: readonly Column[]): [number, number] {
  if (columns.length === 0) return [0, 1];
  const low = columns.reduce((least, { min }) => Math.min(least, min), Infinity);
  const high = columns.reduce((most, { max }) => Math.max(most, max), -Infinity);
  const air = Math.max((high - low) * 0.08, Math.abs(high) * 0.002, 1e-9);
  return [low - air, high + air];
}

/** As wide as its widest label: a number cut in two is a wrong number. */
const axisWidth = (labels: readonly string[] | null, font: string) =>
  Math.ceil(Math.max(3, ...(labels ?? []).map((label) => label.length)) * parseFloat(font) * 0.6) + 14;

const DAY_MS = 86_400_000;

function timeLabel(at: number, stepMs: number, timeZone: string): string {
  if (stepMs >= DAY_MS) return formatDay(at, timeZone).slice(4);
  if (stepMs < 60_000) return formatSeconds(at, timeZone);
  const clock = formatClock(at, timeZone);
  return clock === '00:00' ? formatDay(at, timeZone).slice(4) : clock;
}

const sizeOf = (host: HTMLElement) => ({ width: host.clientWidth, height: host.clientHeight });

function readColours(host: HTMLElement) {
  const style = getComputedStyle(host);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    trend: colour('--trend'),
    band: colour('--band'),
    gap: colour('--raised'),
    muted: colour('--muted'),
    line: colour('--line'),
    font: `${parseFloat(style.fontSize) * 0.8}px ${colour('--font')}`,
  };
}

function axis(colours: () => ReturnType<typeof readColours>): uPlot.Axis {
  return {
    stroke: () => colours().muted,
    font: colours().font,
    grid: { stroke: () => colours().line, width: 1 },
    ticks: { show: false },
    gap: 6,
  };
}
