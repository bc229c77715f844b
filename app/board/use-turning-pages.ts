import { useEffect, useState } from 'react';

/** How long a page of a long board stands. */
const TURN_AFTER_MS = 15_000;

/**
 * Which page of the wall shows. Pages turn by themselves until someone holds them; arrow keys turn them by hand. Who
 * asked for less motion turns them by hand alone.
 */
export function useTurningPages(count: number) {
  const [page, setPage] = useState(0);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (count < 2 || held || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const timer = setInterval(() => setPage((before) => before + 1), TURN_AFTER_MS);
    return () => clearInterval(timer);
  }, [count, held, page]);
  useEffect(() => {
    if (count < 2) return;
    const onKey = (event: KeyboardEvent) => {
      const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
      if (step !== undefined) setPage((before) => before + step);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [count]);
  const current = count === 0 ? 0 : ((page % count) + count) % count;
  return { current, show: setPage, held, hold: () => setHeld((before) => !before) };
}
