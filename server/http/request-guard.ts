import type { Request, RequestHandler, Response } from 'express';
import { isLoopbackAddress, judgeHost } from './known-host.ts';
import { sendProblem } from '../api/send-problem.ts';

/**
 * Refuses what no page of ours sends: a Host that is not ours, another site's Origin, a fetch from another site. What
 * carries neither Origin nor Sec-Fetch-Site is no browser (TRAPS T40); where they are present they must match.
 */
export function createRequestGuard(publicUrl: string | null): RequestHandler {
  const publicAddress = publicUrl === null ? null : new URL(publicUrl);
  return (request, response, next) => {
    // Absolute, asterisk and protocol-relative forms name a target that nothing below expects.
    if (!/^\/(?!\/)/.test(request.url) || !isDecodable(request.path)) {
      const detail = 'The request must name a path that begins with one "/" and is properly encoded.';
      return sendProblem(request, response, { status: 400, detail });
    }
    const host = request.headers.host;
    const kind = judgeHost(host, publicAddress?.host ?? null);
    if (kind === 'foreign') {
      const detail =
        'This name is not served here. Use localhost, or set SENTIA_PUBLIC_URL to the address people use.';
      return sendProblem(request, response, { status: 421, detail });
    }
    const origins = [`http://${String(host).toLowerCase()}`, publicAddress?.origin];
    const { origin } = request.headers;
    if (origin !== undefined && !origins.includes(origin.toLowerCase())) {
      return sendProblem(request, response, {
        status: 403,
        detail: 'The request comes from a page of another site.',
      });
    }
    if (!isOwnFetch(request)) {
      return sendProblem(request, response, {
        status: 403,
        detail: 'The request was made by a page of another site.',
      });
    }
    // No proxy is trusted: what it says of host and protocol must not reach Remix, which would believe it.
    delete request.headers['x-forwarded-host'];
    delete request.headers['x-forwarded-proto'];
    response.locals['local'] = kind === 'loopback' && isDirect(request);
    next();
  };
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/** Following a link from another site to a page is fine; anything else that another site makes a browser send is not. */
function isOwnFetch(request: Request): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    request.headers['sec-fetch-mode'] === 'navigate' &&
    request.headers['sec-fetch-dest'] === 'document' &&
    !/^\/api(\/|$)/i.test(request.path)
  );
}

/** From this machine and through no proxy. */
function isDirect(request: Request): boolean {
  const forwarded = request.headers.forwarded ?? request.headers['x-forwarded-for'];
  return forwarded === undefined && isLoopbackAddress(request.socket.remoteAddress);
}

/** Whether who asks sits at this machine; strangers are told less. */
export function isLocal(response: Response): boolean {
  return response.locals['local'] === true;
}
