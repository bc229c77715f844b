import type { MachineState } from '../../contracts/machine-state.ts';

/** Each state has a shape of its own, so that none needs its colour to be told apart. Decoration: the word stands beside it. */
export function StateIcon({ state }: { state: MachineState | 'stale' }) {
  return (
    <svg className="state-icon" data-state={state} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {SHAPES[state]}
    </svg>
  );
}

const outline = { fill: 'none', stroke: 'currentColor', strokeWidth: 2.2 };

const SHAPES: Record<MachineState | 'stale', React.ReactNode> = {
  running: <path d="M5 3.5 16 10 5 16.5z" fill="currentColor" />,
  idle: <path d="M6.5 4v12M13.5 4v12" {...outline} />,
  planned_stop: <rect x="4" y="4" width="12" height="12" {...outline} />,
  changeover: <path d="M3 7h13l-3.5-3.5M17 13H4l3.5 3.5" {...outline} />,
  breakdown: <path d="M10 1.5 19 18H1z" fill="currentColor" />,
  unknown: <path d="M4 10h12" {...outline} />,
  stale: <circle cx="10" cy="10" r="7.5" {...outline} strokeDasharray="3.2 2.7" />,
};
