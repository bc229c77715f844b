import type { SiteItem } from '../../contracts/api/equipment.ts';
import type { Snapshot } from '../../contracts/live.ts';
import { LiveSiteProvider, useLiveStatus, usePicture } from '../live/live-site-provider.tsx';
import { siteAddress } from '../shell/addresses.ts';
import { Navigation } from '../shell/navigation.tsx';
import { BoardHeader } from './board-header.tsx';
import { EmptyBoard } from './empty-board.tsx';
import { Legend } from './legend.tsx';
import { LineRow } from './line-row.tsx';
import { PageTurner } from './page-turner.tsx';
import { planPages, valueRows, type WallPage } from './plan-pages.ts';
import { useTurningPages } from './use-turning-pages.ts';

interface BoardProps {
  snapshot: Snapshot;
  sites: SiteItem[];
  banner: string | null;
}

/** A site's wall board: 16:9 at any size, or a list under the thumb. It must never look live when it is not. */
export function Board(props: BoardProps) {
  return (
    <LiveSiteProvider key={props.snapshot.site.site} initial={props.snapshot}>
      <BoardOfSite {...props} />
    </LiveSiteProvider>
  );
}

function BoardOfSite({ snapshot, sites, banner }: BoardProps) {
  const picture = usePicture(snapshot);
  const status = useLiveStatus();
  const { site, lines } = picture;
  const pages = planPages(lines.map((line) => line.machines.length));
  const turning = useTurningPages(pages.length);
  return (
    <div className="board" data-status={status.kind}>
      <BoardHeader picture={picture} sites={sites} />
      <main className="board-pages" aria-label="Lines">
        {lines.length === 0 && <EmptyBoard site={site.site} />}
        {pages.map((page, i) => (
          <div
            key={i}
            className="board-page"
            data-current={i === turning.current || undefined}
            style={pageStyle(page)}
          >
            {page.lines.map((index, row) => {
              const line = lines[index];
              if (line === undefined) return null;
              const rows = valueRows(page.heights[row] ?? 1, page);
              return (
                <LineRow
                  key={line.lineId}
                  site={site.site}
                  timeZone={site.timeZone}
                  line={line}
                  valueRows={rows}
                />
              );
            })}
          </div>
        ))}
      </main>
      <footer className="board-footer">
        <Legend />
        <PageTurner
          pages={pages}
          lines={lines}
          current={turning.current}
          held={turning.held}
          onShow={turning.show}
          onHold={turning.hold}
        />
        {banner !== null && <p className="banner">{banner}</p>}
        <Navigation board={siteAddress(site.site)} />
      </footer>
    </div>
  );
}

/** `--rows` shares the height, `--scale` is how large this page is written, `--height` keeps few lines from towering. */
const pageStyle = ({ heights, scale }: WallPage) => ({
  '--rows': heights.map((height) => `minmax(0, ${height}fr)`).join(' '),
  '--scale': Number(scale.toFixed(3)),
  '--height': heights.reduce((total, height) => total + height, 0),
});
