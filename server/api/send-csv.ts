import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import { rawPages, type RawReading } from '../queries/raw-pages.ts';
import type { Database } from '../../contracts/database.ts';
import type { FoundSignal } from '../queries/find-signal.ts';
import { CSV_HEADER, toCsv } from './csv.ts';
import { createDrain } from './drain.ts';
import type { TimeRange } from './parse-range.ts';

/** A client that takes nothing for this long is given up. */
const STALL_MS = 120_000;

/**
 * Streams every stored reading of a signal, page by page. It must never hold more than a page in memory, nor a
 * transaction while the client does not take what it was sent; and it must never end a file as if it were whole when it
 * is not: then the connection is cut.
 */
export async function sendCsv(
  deps: { database: Database; clock: Clock; log: Logger },
  organisationIds: readonly number[],
  asked: { signal: FoundSignal; range: TimeRange },
  request: Request,
  response: Response,
): Promise<void> {
  const { signal, range } = asked;
  const pages = rawPages(deps.database, organisationIds, { signalId: signal.signalId, ...range });
  const drain = createDrain(response, deps.clock, STALL_MS);
  // The first page before the first byte: a database that is gone is still an honest 503.
  let page = request.method === 'HEAD' ? null : await nextOf(pages);
  response.status(200);
  response.attachment(`${signal.path.replaceAll('/', '-')}.csv`);
  response.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
  response.setHeader('Cache-Control', 'no-store');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.write(CSV_HEADER);
  try {
    while (page !== null && !drain.left()) {
      if (!response.write(toCsv(page))) {
        const outcome = await drain.wait();
        if (outcome === 'stalled')
          deps.log.warn({ signalId: signal.signalId }, 'a download stalled and was cut');
        if (outcome !== 'drained') break;
      }
      page = await nextOf(pages);
    }
  } catch (error) {
    deps.log.warn({ err: error, signalId: signal.signalId }, 'a download failed on the way and was cut');
  } finally {
    await pages.return();
  }
  if (page === null) response.end();
  else response.destroy();
}

async function nextOf(pages: AsyncGenerator<RawReading[], void, undefined>): Promise<RawReading[] | null> {
  const { done, value } = await pages.next();
  return done ? null : value;
}
