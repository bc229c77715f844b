import { useLiveSite } from '../live/live-site-provider.tsx';
import { formatDayTime } from '../text/format-time.ts';
import { pan, RANGES, zoom, type Range, type View } from '../trend/ranges.ts';

/** Which stretch of time all trends of the page show. */
export function ViewPicker(props: {
  view: View;
  range: Range;
  timeZone: string;
  onRange: (range: Range) => void;
  onView: (view: View) => void;
}) {
  const { view, range, timeZone, onRange, onView } = props;
  const liveSite = useLiveSite();
  const live = view.kind === 'live';
  return (
    <div className="view-picker">
      <fieldset className="segments">
        <legend className="sr-only">Range of the trends</legend>
        {RANGES.map((each) => (
          <label key={each.name}>
            <input
              type="radio"
              name="range"
              checked={live && each.name === range.name}
              onChange={() => onRange(each)}
            />
            <span>{each.words}</span>
          </label>
        ))}
      </fieldset>
      <div className="segments" role="group" aria-label="Move in time">
        <button type="button" onClick={() => onView(pan(view, -0.5, liveSite.now()))}>
          ‹ Earlier
        </button>
        <button type="button" disabled={live} onClick={() => onView(pan(view, 0.5, liveSite.now()))}>
          Later ›
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => onView(zoom(view, 0.5, liveSite.now()))}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => onView(zoom(view, 2, liveSite.now()))}>
          −
        </button>
      </div>
      <p className="view-words">
        {live ? (
          'Up to now'
        ) : (
          <>
            {formatDayTime(view.from, view.to, timeZone)} to {formatDayTime(view.to, view.to, timeZone)}{' '}
            <button type="button" className="text-button" onClick={() => onRange(range)}>
              Back to live
            </button>
          </>
        )}
      </p>
    </div>
  );
}
