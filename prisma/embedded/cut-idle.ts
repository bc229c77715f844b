import type { PGlite } from '@electric-sql/pglite';
import type { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { Clock } from '../../contracts/clock.ts';

export const IDLE_IN_TRANSACTION_MS = 5_000;

/**
 * Cuts the connection of a client that says nothing for `afterMs` inside a transaction, or between the messages of one
 * statement: the session is everybody's, and all others wait for it. PostgreSQL's own setting for it would do nothing
 * here, as timers do not interrupt PGlite. What the client had begun is rolled back.
 */
export function cutIdle(
  pglite: PGlite,
  server: PGLiteSocketServer,
  deps: { clock: Clock; onCut: () => void; afterMs?: number },
): void {
  const { clock, onCut, afterMs = IDLE_IN_TRANSACTION_MS } = deps;
  const stream = pglite.execProtocolRawStream.bind(pglite);
  let cancel = () => {};
  pglite.execProtocolRawStream = async (message, options) => {
    cancel();
    await stream(message, options);
    if (!pglite.isInTransaction()) return;
    cancel = clock.after(afterMs, () => {
      // It may have ended by a rollback that came past here, when its client died.
      if (!pglite.isInTransaction()) return;
      onCut();
      destroySocketOfHolder(server);
    });
  };
}

/** The server keeps to itself who asked last: its own end of that connection leads the session out of the transaction. */
function destroySocketOfHolder(server: PGLiteSocketServer): void {
  const holder: unknown = Reflect.get(memberOf(server, 'queryQueue'), 'lastHandlerId');
  const handlers: unknown = Reflect.get(server, 'handlers');
  if (!(handlers instanceof Set))
    throw new Error('the socket server is not the one we know: it has no handlers');
  const known: Set<unknown> = handlers;
  for (const handler of known) {
    if (typeof handler !== 'object' || handler === null || Reflect.get(handler, 'handlerId') !== holder)
      continue;
    const socket = memberOf(handler, 'socket');
    const destroy: unknown = Reflect.get(socket, 'destroy');
    if (typeof destroy === 'function') Reflect.apply(destroy, socket, []);
  }
}

function memberOf(of: object, name: string): object {
  const member: unknown = Reflect.get(of, name);
  if (typeof member !== 'object' || member === null)
    throw new Error(`the socket server is not the one we know: it has no ${name}`);
  return member;
}
