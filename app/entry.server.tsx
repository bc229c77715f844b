import { PassThrough } from 'node:stream';
import {
  createReadableStreamFromReadable,
  type AppLoadContext,
  type EntryContext,
  type HandleErrorFunction,
} from '@remix-run/node';
import { RemixServer } from '@remix-run/react';
import { renderToPipeableStream } from 'react-dom/server';
import { NonceContext } from './shell/nonce.ts';

/** Loaders that take longer are cut off and their boundary shows. */
const STREAM_TIMEOUT_MS = 5_000;
export const streamTimeout = STREAM_TIMEOUT_MS;

/** What a loader threw by mistake; refusals (thrown Responses) do not come here. A visitor who left is no error. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (!request.signal.aborted) context.reportError?.(error);
};

/** Streams the page: its shell as soon as it stands, what was deferred behind it. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  const nonce = context.cspNonce;
  return new Promise((resolve, reject) => {
    let shellStands = false;
    let finalStatus = status;
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext.Provider value={nonce}>
        <RemixServer context={remixContext} url={request.url} abortDelay={STREAM_TIMEOUT_MS} nonce={nonce} />
      </NonceContext.Provider>,
      {
        nonce,
        onShellReady() {
          shellStands = true;
          const body = new PassThrough();
          headers.set('Content-Type', 'text/html; charset=utf-8');
          // A page holds values that are true now: no cache may show them later as if they were.
          if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
          resolve(new Response(createReadableStreamFromReadable(body), { headers, status: finalStatus }));
          pipe(body);
        },
        onShellError: (error) => reject(error instanceof Error ? error : new Error(String(error))),
        onError(error) {
          finalStatus = 500;
          // Before the shell stands the error rejects and is reported by who asked.
          if (shellStands) context.reportError?.(error);
        },
      },
    );
    setTimeout(abort, STREAM_TIMEOUT_MS + 1_000).unref();
  });
}
