import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { DeadLetterFilter, DeadLetterItem } from '../../contracts/api/dead-letters.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import { letterPages } from '../queries/letter-pages.ts';
import { createDrain } from './drain.ts';

/** A client that takes nothing for this long is given up. */
const STALL_MS = 120_000;

/** Streams letters page by page, under the same rules as `sendCsv`: a page in memory, no transaction while nobody takes it. */
export async function sendLetters(
  deps: { database: Database; clock: Clock; log: Logger },
  organisationIds: readonly number[],
  asked: {
    filter: DeadLetterFilter;
    extension: string;
    mediaType: string;
    format: { header: string; toLines: (letters: readonly DeadLetterItem[]) => string };
  },
  request: Request,
  response: Response,
): Promise<void> {
  const { filter, extension, mediaType, format } = asked;
  const pages = letterPages(deps.database, organisationIds, filter);
  const drain = createDrain(response, deps.clock, STALL_MS);
  // The first page before the first byte: a database that is gone is still an honest 503.
  let page = request.method === 'HEAD' ? await pages.return() : await pages.next();
  response.attachment(`dead-letters.${extension}`);
  response.setHeader('Content-Type', `${mediaType}; charset=utf-8`);
  response.setHeader('Cache-Control', 'no-store');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  try {
    response.write(format.header);
    while (!page.done && !drain.left()) {
      const lines = format.toLines(page.value);
      if (lines !== '' && !response.write(lines) && (await drain.wait()) !== 'drained') break;
      page = await pages.next();
    }
  } catch (error) {
    deps.log.warn({ err: error }, 'a download of dead letters failed on the way and was cut');
  } finally {
    await pages.return();
  }
  if (page.done) response.end();
  else response.destroy();
}
