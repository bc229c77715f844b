import { useEffect, useState, type RefObject } from 'react';

/** Widths are rounded, so that a window being dragged does not ask for history at every pixel. */
const STEP_PX = 50;

/** @returns how wide the element is; 0 until it first comes into view, so that what nobody sees asks for nothing. */
export function useSeenWidth(element: RefObject<HTMLElement | null>): number {
  const [widthPx, setWidthPx] = useState(0);
  useEffect(() => {
    const host = element.current;
    if (host === null) return;
    const resizing = new ResizeObserver(() => setWidthPx(Math.ceil(host.clientWidth / STEP_PX) * STEP_PX));
    const coming = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) return;
        coming.disconnect();
        resizing.observe(host);
      },
      { rootMargin: '200px' },
    );
    coming.observe(host);
    return () => {
      coming.disconnect();
      resizing.disconnect();
    };
  }, [element]);
  return widthPx;
}
