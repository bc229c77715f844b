import postgres from 'postgres';
import type { Sql, SqlParameter } from '../contracts/database.ts';
import { copyRows } from './copy-rows.ts';
import { clientOptions, type DatabaseTarget } from './database-target.ts';
import { createOpenSocket } from './open-socket.ts';

/**
 * One connection, used by one transaction after another until it breaks; then it is thrown away.
 * It must never run a statement outside its transaction, and never touch postgres.js again once the connection is
 * gone: postgres.js would reconnect by itself, and writes to the socket it no longer has.
 */
export interface Lane {
  readonly server: ServerFacts;
  readonly alive: boolean;
  /** Runs `work` between `begin` and COMMIT. `script` runs several statements without parameters. */
  transaction<T>(begin: string, work: (sql: Sql, script: Script) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type Script = (statements: string) => Promise<void>;

export interface ServerFacts {
  embedded: boolean;
  versionNumber: number;
  timescale: boolean;
  superuser: boolean;
}

const FACTS = `SELECT version() AS version, current_setting('server_version_num')::int AS version_number,
  EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'timescaledb') AS timescale,
  (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS superuser`;

/** @throws the driver's error when the database cannot be reached or lets nobody in. */
export async function openLane(
  target: DatabaseTarget,
  name: string,
  answerWithinMs: number | null,
): Promise<Lane> {
  let gone = false;
  let onGone: ((error: Error) => void) | null = null;
  const markGone = (error: Error) => {
    gone = true;
    onGone?.(error);
  };
  const options = {
    ...clientOptions(target, name),
    max: 1,
    socket: createOpenSocket(),
    onclose: () => markGone(new Error('the connection to the database was closed')),
  };
  const client = target.kind === 'url' ? postgres(target.url, options) : postgres(options);
  const facts = await client.unsafe(FACTS).catch(async (error: unknown) => {
    await client.end({ timeout: 0 });
    throw error;
  });
  const server = readFacts(facts[0]);
  // A reserved connection is never re-opened by postgres.js, so no statement can slip onto a new one without its BEGIN.
  const reserved = await client.reserve();
  const discard = (error: Error) => {
    markGone(error);
    void client.end({ timeout: 0 });
  };

  async function attempt<T>(begin: string, work: (sql: Sql, script: Script) => Promise<T>): Promise<T> {
    let open = true;
    let failure: Error | null = null;
    const watched = async <R>(query: () => Promise<R>): Promise<R> => {
      if (!open) throw new Error('this transaction has ended: its sql must not be used any more');
      if (gone) throw new Error('the connection to the database was closed');
      try {
        return await query();
      } catch (error) {
        failure ??= asError(error);
        throw error;
      }
    };
    const query = <Row extends object>(
      strings: TemplateStringsArray,
      ...parameters: readonly SqlParameter[]
    ) =>
      watched(async () => {
        const values = parameters.map((value) => (Array.isArray(value) ? reserved.typed(value, 0) : value));
        return [...(await reserved<Row[]>(strings, ...values))];
      });
    const copy: NonNullable<Sql['copy']> = (target, rows) => watched(() => copyRows(reserved, target, rows));
    const sql: Sql = server.embedded ? query : Object.assign(query, { copy });
    const script: Script = (statements) =>
      watched(async () => {
        await reserved.unsafe(statements).simple();
      });
    try {
      // Not awaited: BEGIN and the first statement travel together.
      const begun = watched(async () => {
        await reserved.unsafe(begin).simple();
      });
      begun.catch(() => undefined);
      const result = await work(sql, script);
      await begun;
      const ended = await reserved.unsafe('COMMIT').simple();
      // A statement had failed and nobody said so: PostgreSQL answers COMMIT with ROLLBACK.
      if (ended.command !== 'COMMIT') throw failure ?? new Error('the transaction was rolled back');
      return result;
    } catch (error) {
      const cause = failure ?? asError(error);
      if (!gone && survives(cause)) await reserved.unsafe('ROLLBACK').simple().catch(discard);
      else discard(cause);
      // After the first failed statement the others only say that the transaction is aborted.
      throw isAborted(error) ? cause : error;
    } finally {
      open = false;
    }
  }

  return {
    server,
    get alive() {
      return !gone;
    },
    transaction: async (begin, work) => {
      let deadline: NodeJS.Timeout | undefined;
      const lost = new Promise<never>((_, reject) => {
        onGone = reject;
        if (answerWithinMs !== null) {
          deadline = setTimeout(
            () => discard(new Error(`the database did not finish a transaction within ${answerWithinMs} ms`)),
            answerWithinMs,
          );
        }
      });
      try {
        return await Promise.race([attempt(begin, work), lost]);
      } finally {
        clearTimeout(deadline);
        onGone = null;
      }
    },
    close: async () => {
      gone = true;
      reserved.release();
      await client.end({ timeout: 2 });
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Whether the connection can go on after this error: the server refused a statement, or our own code threw. */
function survives(error: unknown): boolean {
  if (error instanceof postgres.PostgresError)
    return error.severity !== 'FATAL' && error.severity !== 'PANIC';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !/^(CONNECTION_|CONNECT_|E[A-Z]+$)/.test(code);
}

function isAborted(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === '25P02';
}

function readFacts(row: postgres.Row | undefined): ServerFacts {
  return {
    embedded: String(row?.['version']).includes('PGlite'),
    versionNumber: Number(row?.['version_number']),
    timescale: row?.['timescale'] === true,
    superuser: row?.['superuser'] === true,
  };
}
