import { NavLink } from '@remix-run/react';
import { useOnline } from './use-online.ts';
import { ThemeToggle } from './theme-toggle.tsx';

/** Small and quiet on a screen, a bar under the thumb on a phone. */
export function Navigation({ board }: { board: string }) {
  const online = useOnline();
  const pages = [
    { to: board, name: 'Board' },
    { to: '/data', name: 'Data' },
    { to: '/connect', name: 'Connect a machine' },
  ];
  return (
    <nav className="navigation" aria-label="Pages">
      {pages.map(({ to, name }) => (
        <NavLink key={to} to={to} end discover="none" reloadDocument={!online}>
          {name}
        </NavLink>
      ))}
      <ThemeToggle />
    </nav>
  );
}
