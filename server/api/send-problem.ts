import { STATUS_CODES } from 'node:http';
import type { Request, Response } from 'express';
import type { Problem } from '../../contracts/api/problem.ts';

/** Answers with an RFC 9457 problem document; `about:blank` says that the status tells the kind. */
export function sendProblem(
  request: Request,
  response: Response,
  problem: { status: number; detail: string; errors?: Problem['errors'] },
): void {
  const { status, detail, errors } = problem;
  const document: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Refused',
    status,
    detail,
    instance: request.originalUrl.slice(0, 500),
    ...(errors === undefined ? {} : { errors }),
  };
  response.status(status);
  response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify(document));
}
