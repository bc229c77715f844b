import { STATUS_CODES } from 'node:http';
import type { Request, Response } from 'express';
import type { Problem } from '../../contracts/api/problem.ts';

/** Refuses a request with an RFC 9457 document. `detail` says what was wrong and what to do, never how we are built. */
export function sendProblem(request: Request, response: Response, status: number, detail: string): void {
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Refused',
    status,
    detail,
    instance: request.originalUrl.slice(0, 500),
  };
  response.status(status);
  response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify(problem));
}
