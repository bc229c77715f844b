import { z } from 'zod';
import { problemSchema } from '../../contracts/api/problem.ts';
import { LIVE_EVENTS } from '../../contracts/live.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

type Json = Record<string, unknown>;

/** The stream is mounted by the server itself, before everything that could hold an event back. */
export const LIVE_PATH = '/sites/{site}/live';
export const OPENAPI_PATH = '/openapi.json';

/** @returns the OpenAPI 3.1 document of `/api/v1`, made from the same schemas that check requests. */
export function buildOpenApi(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sentia',
      version: '1',
      description:
        'Equipment, latest values, history and the live stream of an installation. Lists come in pages: hand `next` back as `cursor` until it is null. Errors are RFC 9457 problem documents.',
    },
    servers: [{ url: '/api/v1' }],
    paths: {
      ...Object.fromEntries(ROUTES.map((route) => [route.path, { get: operation(route) }])),
      [LIVE_PATH]: { get: liveOperation() },
      [OPENAPI_PATH]: {
        get: {
          operationId: 'readOpenApi',
          summary: 'This document',
          responses: {
            200: {
              description: 'OpenAPI 3.1',
              content: { 'application/json': { schema: { type: 'object' } } },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        ...Object.fromEntries(
          ROUTES.flatMap(({ brings }) =>
            'schema' in brings ? [[brings.name, schemaOf(brings.schema)]] : [],
          ),
        ),
        ...Object.fromEntries(
          Object.entries(LIVE_EVENTS).map(([name, schema]) => [eventName(name), schemaOf(schema)]),
        ),
        Problem: schemaOf(problemSchema),
      },
    },
  };
}

function operation(route: Route): Json {
  return {
    operationId: route.id,
    summary: route.summary,
    parameters: parametersOf(route.query),
    responses: {
      200: { description: route.summary, content: contentOf(route.brings) },
      400: problem('A parameter is missing, not known, malformed or out of range; `errors` names each.'),
      ...(route.mayBeUnknown ? { 404: problem('There is no such site or signal, or it is not yours.') } : {}),
      503: problem('The database does not answer at the moment.'),
    },
  };
}

function liveOperation(): Json {
  const events = Object.keys(LIVE_EVENTS);
  return {
    operationId: 'watchSite',
    summary: 'The live stream of a site, as Server-Sent Events',
    description: `Events: ${events.map((name) => `\`${name}\` (${eventName(name)})`).join(', ')}. \`id\` is the ledger position; a client that returns with \`Last-Event-ID\` within 60 s goes on where it left.`,
    parameters: [
      { name: 'site', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } },
    ],
    responses: {
      200: { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      404: problem('There is no such site, or it is not yours.'),
    },
  };
}

function contentOf(brings: Route['brings']): Json {
  if ('schema' in brings) return { 'application/json': { schema: { $ref: reference(brings.name) } } };
  return { [brings.mediaType]: { schema: { type: 'string' }, example: brings.example } };
}

function parametersOf(query: z.ZodObject): Json[] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'output' });
  return Object.entries(query.shape).map(([name, field]) => {
    const { description, ...schema } = { description: undefined, ...(properties[name] as Json) };
    const required = !z.safeParse(field, undefined).success;
    return { name, in: 'query', required, ...(description === undefined ? {} : { description }), schema };
  });
}

function problem(description: string): Json {
  return { description, content: { 'application/problem+json': { schema: { $ref: reference('Problem') } } } };
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'output' });
  return rest;
}

function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

function eventName(event: string): string {
  return `${event.charAt(0).toUpperCase()}${event.slice(1)}Event`;
}
