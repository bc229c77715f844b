import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { requestIdOf } from './security-headers.ts';

/** Polled every few seconds, or open for days. */
const NOISE = /^\/(healthz|metrics|assets\/|api\/v1\/sites\/[^/]*\/live)/;

/** One line a request when it ends, with its id; noise only when it fails. Queries are left out: they may hold secrets. */
export function logRequests(deps: {
  log: Logger;
  observe: (method: string, status: number, durationS: number) => void;
}): RequestHandler {
  return (request, response, next) => {
    const begun = process.hrtime.bigint();
    const { path } = request;
    response.once('close', () => {
      const durationMs = Number(process.hrtime.bigint() - begun) / 1e6;
      const status = response.statusCode;
      const stream = /^text\/event-stream/.test(String(response.getHeader('content-type') ?? ''));
      if (!stream) deps.observe(request.method, status, durationMs / 1000);
      if (NOISE.test(path) && (stream || !isFailure(status))) return;
      const fields = {
        requestId: requestIdOf(response),
        method: request.method,
        path,
        status,
        durationMs: Math.round(durationMs),
      };
      if (isFailure(status)) deps.log.warn(fields, 'request failed');
      else deps.log.info(fields, 'request');
    });
    next();
  };
}

/** 503 is what a server says that is starting or full: no failure. */
function isFailure(status: number): boolean {
  return status >= 500 && status !== 503;
}
