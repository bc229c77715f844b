import type { PGlite } from '@electric-sql/pglite';

/**
 * Makes the one session of a PGlite safe to share between the clients of its socket server, and lets nobody wait for
 * a session that is broken.
 *
 * The server lets one client go on alone only while a transaction is open. A statement with parameters outside of one
 * is several messages, too, and another client's between them would swap the unnamed statement: so such a sequence,
 * until its Sync, counts as a transaction. When its client dies inside, the session is first led out of it with a Sync.
 *
 * @param onBroken called once, when the session threw instead of answering: only a new process helps.
 */
export function guardSession(pglite: PGlite, onBroken: (error: unknown) => void): void {
  let inSequence = false;
  const inTransaction = pglite.isInTransaction.bind(pglite);
  const stream = pglite.execProtocolRawStream.bind(pglite);
  const exec = pglite.exec.bind(pglite);

  pglite.isInTransaction = () => inSequence || inTransaction();

  pglite.execProtocolRawStream = async (message, options) => {
    inSequence = OPENS_SEQUENCE.has(message[0] ?? 0);
    try {
      await stream(message, options);
    } catch (error) {
      // The server's queue stands still after this.
      onBroken(error);
      throw error;
    }
  };

  // The server's own ROLLBACK for a client that died.
  pglite.exec = async (query, options) => {
    if (inSequence) {
      inSequence = false;
      await pglite.execProtocolRaw(SYNC);
    }
    return exec(query, options);
  };

  failOnCrash(pglite, onBroken);
}

/** Parse, Bind, Describe, Execute, Close and Flush: more must follow, at last a Sync. */
const OPENS_SEQUENCE = new Set(['P', 'B', 'D', 'E', 'C', 'H'].map((letter) => letter.charCodeAt(0)));
const SYNC = new Uint8Array(['S'.charCodeAt(0), 0, 0, 0, 4]);

/** PGlite tries a crashed WASM module again for ever, without ever leaving the loop: it must be told about at once. */
function failOnCrash(pglite: PGlite, onBroken: (error: unknown) => void): void {
  const module: unknown = Reflect.get(pglite, 'mod');
  if (typeof module !== 'object' || module === null) throw new Error('PGlite has no module: was it created?');
  const once: unknown = Reflect.get(module, '_PostgresMainLoopOnce');
  if (typeof once !== 'function')
    throw new Error('PGlite has no main loop: its version is not the one we know');
  Reflect.set(module, '_PostgresMainLoopOnce', () => {
    try {
      Reflect.apply(once, module, []);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) onBroken(error);
      throw error;
    }
  });
}
