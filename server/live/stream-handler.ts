import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Visitor } from '../app-context.ts';
import { sendProblem } from '../api/send-problem.ts';
import type { Live } from './live.ts';
import { SSE_RETRY } from './sse-frame.ts';
import { createStreamClient } from './stream-client.ts';

export interface StreamHandler {
  handle: RequestHandler<{ site: string }>;
  /** Clients cut because they did not read, since start. */
  cut(): number;
}

/** Each client costs a connection and some memory; beyond this a proxy or a second server is due. */
export const MOST_CLIENTS = 2000;
/** For a server that lags behind the one which a client comes from. */
const REACH_MS = 2000;

/**
 * `GET /api/v1/sites/<site>/live`: a plain Express handler, since a Remix stream neither sees a client leave nor one
 * that does not read (TRAPS T23, T32). It must clean up on every path, and never wait between the first bytes that a
 * client is sent and its place among those who are told what follows.
 */
export function createStreamHandler(deps: {
  /** null while the server starts. */
  live: () => Live | null;
  visitorOf: (request: Request) => Visitor;
  log: Logger;
  mostClients?: number;
}): StreamHandler {
  const { visitorOf, log, mostClients = MOST_CLIENTS } = deps;
  let open = 0;
  let cut = 0;

  async function handle(request: Request<{ site: string }>, response: Response): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return sendProblem(request, response, {
        status: 405,
        detail: `The live stream answers GET, not ${request.method}.`,
      });
    }
    const live = deps.live();
    if (live === null || !live.loaded()) {
      response.setHeader('Retry-After', '1');
      const detail = 'The server is starting: the live picture is not loaded yet.';
      return sendProblem(request, response, { status: 503, detail });
    }
    const { site } = request.params;
    const organisationId = live.organisationOf(site);
    if (organisationId === null || !visitorOf(request).organisationIds.includes(organisationId)) {
      return sendProblem(request, response, {
        status: 404,
        detail: 'There is no such site, or it is not yours.',
      });
    }
    if (open >= mostClients) {
      response.setHeader('Retry-After', '10');
      return sendProblem(request, response, {
        status: 503,
        detail: `${open} clients watch already: this server takes no more.`,
      });
    }
    // No compression and no proxy may hold events back (TRAPS T22).
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    await serve(request, response, live, site);
  }

  async function serve(request: Request, response: Response, live: Live, site: string): Promise<void> {
    open += 1;
    let leave: () => void = () => undefined;
    response.once('close', () => {
      open -= 1;
      leave();
    });
    response.on('error', (error) => log.debug({ err: error, site }, 'a stream broke'));
    response.write(SSE_RETRY);
    const lastEventId = lastEventIdOf(request);
    const ahead = live.hub.ahead(lastEventId);
    if (ahead !== null) await live.reach(ahead, REACH_MS);
    if (response.destroyed) return;
    const client = createStreamClient(response, (waitingBytes) => {
      cut += 1;
      log.warn(
        { site, waitingBytes, requestId: response.locals['requestId'] },
        'a client that does not read was cut',
      );
    });
    const joined = live.hub.join(site, client, lastEventId);
    if (joined === null) response.end();
    else leave = joined;
  }

  return {
    handle: (request, response, next) => {
      handle(request, response).catch(next);
    },
    cut: () => cut,
  };
}

/** The browser's own header is newer than the address that a page once opened. */
function lastEventIdOf(request: Request): string | null {
  const header = request.get('last-event-id');
  if (header !== undefined && header !== '') return header;
  const { lastEventId } = request.query;
  return typeof lastEventId === 'string' ? lastEventId : lastEventId === undefined ? null : 'more than one';
}
