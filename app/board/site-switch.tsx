import type { SiteItem } from '../../contracts/api/equipment.ts';
import { siteAddress } from '../shell/addresses.ts';
import { PageLink } from '../shell/page-link.tsx';

/** The other sites, a word each; beyond a few they fold into one. */
export function SiteSwitch({ sites, current }: { sites: SiteItem[]; current: string }) {
  const others = sites.filter(({ site }) => site !== current);
  if (others.length === 0) return null;
  const links = others.map(({ site, name }) => (
    <PageLink key={site} to={siteAddress(site)}>
      {name}
    </PageLink>
  ));
  return (
    <nav className="site-switch" aria-label="Sites">
      {others.length <= MOST_SHOWN ? (
        links
      ) : (
        <details>
          <summary>{sites.length} sites</summary>
          <div className="site-list">{links}</div>
        </details>
      )}
    </nav>
  );
}

const MOST_SHOWN = 3;
