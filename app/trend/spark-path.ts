const HEIGHT = 20;
const MARGIN = 2;

/**
 * A line through the steps, drawn in 60 by 20. Up to a step or two without a value are bridged (a slow signal is not a
 * gap), longer silence breaks the line. A constant runs through the middle rather than filling the height with noise.
 */
export function sparkPath(steps: readonly (number | null)[]): string {
  const known = steps.filter((value) => value !== null);
  if (known.length === 0) return '';
  const low = Math.min(...known);
  const high = Math.max(...known);
  // Noise of a thousandth of the level must not look like a drama.
  const span = Math.max(high - low, Math.abs(high) / 200, Number.MIN_VALUE);
  const middle = (high + low) / 2;
  const y = (value: number) => HEIGHT / 2 - ((value - middle) / span) * (HEIGHT - 2 * MARGIN);
  let path = '';
  let last = -Infinity;
  steps.forEach((value, x) => {
    if (value === null) return;
    // A lone value between gaps is a dot: a line of no length with round ends.
    path += `${x - last > BRIDGED_STEPS ? 'M' : 'L'}${x} ${y(value).toFixed(1)}`;
    if (x - last > BRIDGED_STEPS) path += 'h0';
    last = x;
  });
  return path;
}

const BRIDGED_STEPS = 5;
