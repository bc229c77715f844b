import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import type { LivePicture } from '../live/live-picture.ts';
import type { Answer } from './answer.ts';
import { parseQuery } from './parse-query.ts';

export interface RouteDeps {
  database: Database;
  /** The same, for questions of many transactions. */
  slowDatabase: Database;
  live: Pick<LivePicture, 'machineState' | 'latest' | 'stale'>;
  clock: Clock;
  log: Logger;
}

/** Who asks, and whether anybody still waits. */
export interface Asking {
  organisationIds: readonly number[];
  abort: AbortSignal;
}

/** One GET operation: what documents it and what answers it stand together, so that neither can be forgotten. */
export interface Route {
  /** Below /api/v1. */
  path: string;
  id: string;
  summary: string;
  query: z.ZodObject;
  /** What 200 brings: a named schema, or another media type. */
  brings: { name: string; schema: z.ZodType } | { mediaType: string; example: string };
  /** Whether there is something that may not be there. */
  mayBeUnknown: boolean;
  serve(
    deps: RouteDeps,
    asking: Asking,
    request: Request,
    response: Response,
  ): Promise<Answer<unknown> | 'sent'>;
}

/** A route whose answer is JSON. */
export function jsonRoute<Query extends z.ZodObject, Body extends z.ZodType>(route: {
  path: string;
  id: string;
  summary: string;
  query: Query;
  brings: { name: string; schema: Body };
  mayBeUnknown: boolean;
  answer(deps: RouteDeps, asking: Asking, query: z.output<Query>): Promise<Answer<z.output<Body>>>;
}): Route {
  return {
    ...route,
    async serve(deps, asking, request) {
      const query = parseQuery(route.query, request.originalUrl);
      return query.ok ? route.answer(deps, asking, query.value) : query;
    },
  };
}
