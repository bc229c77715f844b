import { join } from 'node:path';
import compression from 'compression';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Health } from '../../contracts/health.ts';
import { logRequests } from './log-requests.ts';
import type { ServerMetrics } from './metrics.ts';
import { sendProblem } from '../api/send-problem.ts';
import { createRequestGuard, isLocal } from './request-guard.ts';
import { requestIdOf, securityHeaders } from './security-headers.ts';

/**
 * Everything that is served over HTTP, in the order in which a request meets it. It must never answer a stranger's
 * page, hold an event back, or show how an error came about.
 */
export function createHttp(deps: {
  log: Logger;
  publicUrl: string | null;
  /** Remix's build, `client/` of which is served as it is. */
  buildDir: string;
  publicDir: string;
  health: () => Health;
  metrics: ServerMetrics;
  stream: RequestHandler<{ site: string }>;
  /** null until the database is open. */
  api: () => RequestHandler | null;
  pages: RequestHandler;
}): Express {
  const { log } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');

  app.use(securityHeaders);
  app.use(logRequests({ log, observe: (...seen) => deps.metrics.observeRequest(...seen) }));
  app.use(createRequestGuard(deps.publicUrl));

  app.get('/healthz', (_request, response) => {
    const health = deps.health();
    response.setHeader('Cache-Control', 'no-store');
    response.status(health.status === 'ok' ? 200 : 503);
    response.json(isLocal(response) ? health : { status: health.status });
  });
  app.get('/metrics', (_request, response, next) => {
    deps.metrics.text().then((text) => response.type(deps.metrics.contentType).send(text), next);
  });
  // Before compression: nothing may stand between the stream and its client.
  app.all('/api/v1/sites/:site/live', deps.stream);

  app.use(compression({ filter: mayCompress }));
  app.use('/api/v1', (request, response, next) => {
    const api = deps.api();
    if (api !== null) return api(request, response, next);
    response.setHeader('Retry-After', '1');
    sendProblem(request, response, {
      status: 503,
      detail: 'The server is starting: ask again in a moment.',
    });
  });
  app.use('/api', (request, response) => {
    const detail = 'There is nothing at this address. GET /api/v1/openapi.json lists what there is.';
    sendProblem(request, response, { status: 404, detail });
  });

  // Vite names assets after their content, so they never change.
  const assets = join(deps.buildDir, 'client', 'assets');
  app.use(
    '/assets',
    express.static(assets, { immutable: true, maxAge: '1y', index: false, redirect: false }),
  );
  app.use('/assets', (_request, response) => {
    response.status(404).type('text/plain').send('Not found\n');
  });
  for (const folder of [join(deps.buildDir, 'client'), deps.publicDir]) {
    app.use(express.static(folder, { maxAge: '1h', index: false, redirect: false }));
  }
  app.use(deps.pages);
  app.use(createErrorHandler(log));
  return app;
}

function mayCompress(request: express.Request, response: express.Response): boolean {
  if (/^text\/event-stream/.test(String(response.getHeader('Content-Type') ?? ''))) return false;
  return compression.filter(request, response);
}

/** Four arguments make it Express's error handler. */
function createErrorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const status = clientStatus(error);
    if (status === null)
      log.error({ err: error, requestId: requestIdOf(response) }, 'a request failed by mistake');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const detail =
      status === null
        ? `Something went wrong here; the log tells more under ${requestIdOf(response)}.`
        : 'The request cannot be understood.';
    if (/^\/api(\/|$)/i.test(request.path))
      return sendProblem(request, response, { status: status ?? 500, detail });
    response
      .status(status ?? 500)
      .type('text/plain')
      .send(`${detail}\n`);
  };
}

/** Express marks what the client did wrong (a malformed %-escape, a body too large) with a 4xx status. */
function clientStatus(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
