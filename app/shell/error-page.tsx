import { isRouteErrorResponse, useRouteError } from '@remix-run/react';
import { PageLink } from './page-link.tsx';
import { useOnline } from './use-online.ts';

/** What went wrong and where to go on. It never shows a stack: that is in the log, under the request's id. */
export function ErrorPage() {
  const error = useRouteError();
  const online = useOnline();
  const refused = isRouteErrorResponse(error);
  const missing = refused && error.status === 404;
  const title = !online
    ? 'This device is offline'
    : missing
      ? 'There is no such page'
      : 'This page could not be made';
  const detail = !online
    ? 'Load the page again to see its last state, with its age.'
    : refused && typeof error.data === 'string' && error.data !== ''
      ? error.data
      : missing
        ? 'The address may be mistyped, or the machine may have another name now.'
        : 'The server says why in its log. Values go on being stored meanwhile.';
  return (
    <main className="page error-page">
      <title>{`${title} · Sentia`}</title>
      <p className="text-muted">{refused ? error.status : null}</p>
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
