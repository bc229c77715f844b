import { isRouteErrorResponse, useRouteError } from '@remix-run/react';
import { useEffect } from 'react';
import { explainError } from './explain-error.ts';
import { PageLink } from './page-link.tsx';
import { useOnline } from './use-online.ts';

/** What went wrong and where to go on. It never shows a stack: that is in the log, under the request's id. */
export function ErrorPage() {
  const error = useRouteError();
  const online = useOnline();
  const { title, detail, unreachable } = explainError(
    isRouteErrorResponse(error) ? { status: error.status, said: error.data as unknown } : error,
    online,
  );
  // A step within the app found no server. Loading the whole page lets the service worker show its last state.
  useEffect(() => {
    if (unreachable) location.reload();
  }, [unreachable]);
  return (
    <main className="page error-page">
      <h1>{title}</h1>
      <p className="text-muted">{detail}</p>
      <p>
        <PageLink to="/" className="button">
          To the board
        </PageLink>
      </p>
    </main>
  );
}
