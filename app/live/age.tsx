import { formatAge } from '../text/format-age.ts';
import { useMoment } from './live-site-provider.tsx';

/** How old something is, ticking in a slot of fixed width. */
export function Age({ at }: { at: number | null }) {
  const text = useMoment((now) => (at === null ? '' : formatAge(now - at)));
  return <span suppressHydrationWarning>{text}</span>;
}
