import { memo } from 'react';
import type { LiveMachine } from '../../contracts/live.ts';
import { stripPaths, STRIP_HEIGHT, STRIP_WIDTH } from './strip-paths.ts';

/**
 * The states of the last eight hours. How high a stretch stands says what it was (running full, idle low, stops a
 * thread, breakdown full and red), so the strip reads without its colours.
 */
export const StateStrip = memo(function StateStrip(props: {
  states: LiveMachine['states'];
  /** To the minute: a strip that moved every second would be redrawn for nothing. */
  until: number;
  /** From here on the machine has said nothing. */
  staleFrom: number | null;
}) {
  const paths = stripPaths(props.states, props.until, props.staleFrom);
  return (
    <svg
      className="state-strip"
      viewBox={`0 0 ${STRIP_WIDTH} ${STRIP_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {paths.map(({ state, d }) => (
        <path key={state} data-state={state} d={d} />
      ))}
    </svg>
  );
});
