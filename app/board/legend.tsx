import { StateStrip } from './state-strip.tsx';

/** What the strips mean, drawn with the strip itself. */
export function Legend() {
  return (
    <ul className="legend" aria-hidden="true">
      {ENTRIES.map(({ word, state, staleFrom }) => (
        <li key={word}>
          <StateStrip states={state === null ? [] : [[0, state, null]]} until={UNTIL} staleFrom={staleFrom} />
          {word}
        </li>
      ))}
    </ul>
  );
}

const UNTIL = 480 * 60_000;
const ENTRIES = [
  { word: 'Running', state: 'running', staleFrom: null },
  { word: 'Changeover', state: 'changeover', staleFrom: null },
  { word: 'Idle', state: 'idle', staleFrom: null },
  { word: 'Planned stop', state: 'planned_stop', staleFrom: null },
  { word: 'Breakdown', state: 'breakdown', staleFrom: null },
  { word: 'No data', state: null, staleFrom: 0 },
] as const;
