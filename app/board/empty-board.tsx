import { PageLink } from '../shell/page-link.tsx';

export function EmptyBoard({ site }: { site: string }) {
  return (
    <div className="empty-board">
      <p>Nothing has been published to {site} yet. Its first machine appears here by itself.</p>
      <PageLink to="/connect" className="button">
        Connect a machine
      </PageLink>
    </div>
  );
}
