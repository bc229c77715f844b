import { useLocation } from '@remix-run/react';
import { PageLink } from './page-link.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

/** Small and quiet on a screen, a bar under the thumb on a phone. */
export function Navigation({ board }: { board: string }) {
  const { pathname } = useLocation();
  const pages = [
    // The first site's board stands at `/` too.
    { to: board, name: 'Board', current: pathname === board || pathname === '/' },
    { to: '/data', name: 'Data', current: pathname === '/data' },
    { to: '/connect', name: 'Connect a machine', current: pathname === '/connect' },
  ];
  return (
    <nav className="navigation" aria-label="Pages">
      {pages.map(({ to, name, current }) => (
        <PageLink key={to} to={to} aria-current={current ? 'page' : undefined}>
          {name}
        </PageLink>
      ))}
      <ThemeToggle />
    </nav>
  );
}
