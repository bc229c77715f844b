import { Link, type LinkProps } from '@remix-run/react';
import { useOnline } from './use-online.ts';

/**
 * A link within Sentia. Route discovery is off, since an open board makes no request but its stream; offline the whole
 * page is loaded, which the service worker can answer, instead of the data alone, which it cannot.
 */
export function PageLink(props: LinkProps) {
  const online = useOnline();
  return <Link discover="none" reloadDocument={!online} {...props} />;
}
