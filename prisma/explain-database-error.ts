import postgres from 'postgres';
import { DatabaseProblem } from './database-problem.ts';
import { describeTarget, type DatabaseTarget } from './database-target.ts';

/** @returns `error` as one clear line for people, without passwords; the driver's error stays its cause. */
export function explainDatabaseError(error: unknown, target: DatabaseTarget): DatabaseProblem {
  if (error instanceof DatabaseProblem) return error;
  return new DatabaseProblem(lineFor(error, target), { cause: error });
}

function lineFor(error: unknown, target: DatabaseTarget): string {
  const { place, user, database } = describeTarget(target);
  const said = error instanceof Error ? firstLine(error.message) : String(error);
  const code = codeOf(error);
  if (!(error instanceof postgres.PostgresError)) return unreachable(code, said, place, target);
  switch (code ?? '') {
    case '28P01':
      return `PostgreSQL at ${place} refused the password of user "${user}". Correct it in DATABASE_URL.`;
    case '28000':
      return `PostgreSQL at ${place} does not let user "${user}" in: ${said}. Correct DATABASE_URL (sslmode=require when it wants encryption) or the server's pg_hba.conf.`;
    case '3D000':
      return `There is no database "${database}" at ${place}. Create it with CREATE DATABASE "${database}", or correct DATABASE_URL.`;
    case '42501':
      if (/to grant role|ADMIN option on role/i.test(`${said} ${error.detail ?? ''}`)) {
        return `User "${user}" may not act as Sentia's roles, which another installation of this server made. Let an administrator run GRANT sentia_app, sentia_reader, sentia_writer, sentia_definer TO "${user}" WITH ADMIN OPTION, then start again.`;
      }
      return `User "${user}" lacks a privilege in database "${database}" at ${place}: ${said}. It must own the database and have CREATEROLE (ALTER ROLE "${user}" CREATEROLE), and may act as the roles sentia_app, sentia_reader, sentia_writer and sentia_definer.`;
    case '53300':
      return `PostgreSQL at ${place} has no connection left: ${said}. Raise max_connections or close other clients.`;
    case '57P03':
      return `PostgreSQL at ${place} is not ready yet: ${said}. Try again in a moment.`;
    case '0A000':
    case '58P01':
      if (/extension "vector"/.test(said)) return missingVector(place);
      break;
    case '25006':
      return `PostgreSQL at ${place} is read-only (a standby?). Point DATABASE_URL at the primary.`;
  }
  return `PostgreSQL at ${place} said: ${said} (SQLSTATE ${code ?? 'unknown'}).`;
}

/** What to do about a PostgreSQL without pgvector. */
export function missingVector(place: string): string {
  return `PostgreSQL at ${place} lacks the extension pgvector. Install it on that server (Debian and Ubuntu: the package postgresql-<version>-pgvector) and start again.`;
}

function unreachable(code: string | null, said: string, place: string, target: DatabaseTarget): string {
  if (target.kind === 'socket') {
    return `The embedded database does not answer (${said}). See the log of the process "database".`;
  }
  switch (code ?? '') {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of DATABASE_URL is not known: ${place}. Correct it, or check the network's name service.`;
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'CONNECT_TIMEOUT':
      return `No PostgreSQL answers at ${place} (${code}). Start it, or correct host and port in DATABASE_URL.`;
    default:
      if (/TLS/.test(said)) {
        return `PostgreSQL at ${place} does not offer encryption, which DATABASE_URL asks for. Remove sslmode from it, or switch ssl on at the server.`;
      }
      return `The connection to PostgreSQL at ${place} failed: ${said}.`;
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
