import { memo } from 'react';
import { sparkPath } from './spark-path.ts';

/** The last 15 minutes as a line. Decoration for the number beside it: rendered on the server too, no axis, no library. */
export const Spark = memo(function Spark({ steps }: { steps: readonly (number | null)[] }) {
  return (
    <svg
      className="spark"
      viewBox="0 0 60 20"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path d={sparkPath(steps)} />
    </svg>
  );
});
