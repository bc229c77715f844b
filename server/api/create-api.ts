import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import type { Visitor } from '../app-context.ts';
import type { LivePicture } from '../live/live-picture.ts';
import { limitTransactions } from '../queries/limit-transactions.ts';
import { isUnavailable } from './is-unavailable.ts';
import { buildOpenApi, OPENAPI_PATH } from './openapi.ts';
import type { Route, RouteDeps } from './route.ts';
import { ROUTES } from './routes.ts';
import { sendProblem } from './send-problem.ts';

export interface ApiDeps {
  database: Database;
  live: Pick<LivePicture, 'machineState' | 'latest' | 'stale'>;
  clock: Clock;
  log: Logger;
  visitorOf: (request: Request) => Visitor;
}

/** Histories and downloads at a time, so that connections are left for short questions. */
const MOST_SLOW_TRANSACTIONS = 4;
const METHODS = 'GET, HEAD';

/**
 * The JSON API below /api/v1 as DESIGN §5 has it; whatever it refuses, it refuses with a problem document. It must never
 * read anything but what the visitor's organisations may see: every question is asked as `sentia_app` in their name.
 */
export function createApi(deps: ApiDeps): Router {
  const router = express.Router({ caseSensitive: true });
  const routeDeps = { ...deps, slowDatabase: limitTransactions(deps.database, MOST_SLOW_TRANSACTIONS) };
  for (const route of ROUTES) {
    router
      .route(route.path)
      .get(serve(route, routeDeps, deps))
      .all(refuseMethod);
  }
  const openApi = buildOpenApi();
  router
    .route(OPENAPI_PATH)
    .get((_request, response) => {
      response.json(openApi);
    })
    .all(refuseMethod);
  router.use((request, response) => {
    const detail = 'There is nothing at this address. GET /api/v1/openapi.json lists what there is.';
    sendProblem(request, response, { status: 404, detail });
  });
  return router;
}

function serve(route: Route, routeDeps: RouteDeps, deps: ApiDeps): RequestHandler {
  return (request, response, next) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client left')));
    const { organisationIds } = deps.visitorOf(request);
    route
      .serve(routeDeps, { organisationIds, abort: gone.signal }, request, response)
      .then(
        (answered) => {
          if (answered === 'sent') return;
          if (!answered.ok) return sendProblem(request, response, answered.refusal);
          response.setHeader('Cache-Control', 'no-store');
          response.json(answered.value);
        },
        (error: unknown) => {
          if (gone.signal.aborted) return;
          if (!isUnavailable(error) || response.headersSent) return next(error);
          deps.log.warn({ err: error, path: request.path }, 'the API could not ask the database');
          response.setHeader('Retry-After', '2');
          const detail = 'The database does not answer at the moment. Try again in a few seconds.';
          sendProblem(request, response, { status: 503, detail });
        },
      )
      .catch(next);
  };
}

function refuseMethod(request: Request, response: Response): void {
  response.setHeader('Allow', METHODS);
  const detail = `${request.method} is not possible here: ask with GET.`;
  sendProblem(request, response, { status: 405, detail });
}
