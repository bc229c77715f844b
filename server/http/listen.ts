import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';

/** Headers of a request take no longer, or somebody holds connections open on purpose. */
const HEADERS_MS = 10_000;

/**
 * @returns the listening server.
 * @throws Error with the one line that says why the address cannot be had.
 */
export function listen(handler: RequestListener, port: number, host: string): Promise<Server> {
  const server = createServer({ headersTimeout: HEADERS_MS }, handler);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(explain(error, port, host))));
    server.listen(port, host, () => resolve(server));
  });
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use by another program. Stop it, or set PORT to another port.`;
  }
  if (error.code === 'EACCES') {
    return `Port ${port} needs rights that this user does not have. Set PORT to a port above 1023.`;
  }
  return `Port ${port} on ${host} cannot be opened: ${error.message}.`;
}

/** Lets running answers end for a moment, then closes what is left. */
export async function closeServer(server: Server, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), withinMs);
  await closed;
  clearTimeout(late);
}
