import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequestHandler } from '@remix-run/express';
import type { AppLoadContext, ServerBuild } from '@remix-run/node';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { startingPage } from './starting-page.ts';

type Handle = ReturnType<typeof createRequestHandler>;

/**
 * Serves the pages that Remix built. Until the server is ready, and where nothing is built, it says so in a page that
 * asks again; it must never show an error's insides.
 */
export function createRemixPages(deps: {
  buildDir: string;
  log: Logger;
  ready: () => boolean;
  contextOf: (request: Request, response: Response) => AppLoadContext;
}): RequestHandler {
  const file = join(deps.buildDir, 'server', 'index.js');
  let pages: Promise<Handle> | null = null;

  async function load(): Promise<Handle> {
    const build = (await import(pathToFileURL(file).href)) as ServerBuild;
    return createRequestHandler({ build, mode: 'production', getLoadContext: deps.contextOf });
  }

  return (request, response, next) => {
    if (pages === null && !existsSync(file)) {
      wait(response, 'The pages are not built', 'Run npm start, or npm run build, in the folder of Sentia.');
      return;
    }
    if (!deps.ready()) {
      wait(response, 'Sentia is starting', 'The database is being opened. This page asks again by itself.');
      return;
    }
    pages ??= load();
    pages.then(
      (handle) => void handle(request, response, next),
      (error: unknown) => {
        pages = null;
        deps.log.error({ err: error }, 'the built pages cannot be loaded');
        wait(
          response,
          'The pages cannot be loaded',
          'The build is damaged: run npm run build. The log tells more.',
        );
      },
    );
  };
}

function wait(response: Response, title: string, detail: string): void {
  response.status(503);
  response.setHeader('Retry-After', '2');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(startingPage(title, detail));
}
