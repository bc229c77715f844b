import type { SiteItem } from '../../contracts/api/equipment.ts';
import type { Snapshot } from '../../contracts/live.ts';
import { FeedStatus } from './feed-status.tsx';
import { SiteClock } from './site-clock.tsx';
import { SiteSwitch } from './site-switch.tsx';

export function BoardHeader({ picture, sites }: { picture: Snapshot; sites: SiteItem[] }) {
  const { site } = picture;
  return (
    <header className="board-header">
      <div className="board-title">
        <h1>{site.name}</h1>
        {site.simulated && <span className="simulated">Simulated</span>}
        <SiteSwitch sites={sites} current={site.site} />
      </div>
      <FeedStatus beat={picture.beat} timeZone={site.timeZone} />
      <SiteClock timeZone={site.timeZone} />
    </header>
  );
}
