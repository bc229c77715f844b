import { randomBytes, randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

/** Gives each request its id, each response its nonce and the headers that keep other sites and injected code out. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  const requestId = randomUUID();
  const cspNonce = randomBytes(16).toString('base64');
  response.locals['requestId'] = requestId;
  response.locals['cspNonce'] = cspNonce;
  response.setHeader('X-Request-Id', requestId);
  response.setHeader('Content-Security-Policy', policy(cspNonce));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('X-Frame-Options', 'DENY');
  next();
};

/** Styles may stand in attributes: charts and tiles place themselves by them when they are rendered on the server. */
function policy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export function requestIdOf(response: Response): string {
  return String(response.locals['requestId']);
}

export function cspNonceOf(response: Response): string {
  return String(response.locals['cspNonce']);
}
