import postgres from 'postgres';
import { expect, test } from 'vitest';
import { explainDatabaseError } from './explain-database-error.ts';

const target = { kind: 'url', url: 'postgres://ann:secret@db.plant.example/plant' } as const;

function serverError(code: string, message: string): Error {
  const fields = {
    severity: 'FATAL',
    severity_local: 'FATAL',
    code,
    message,
    file: '',
    line: '',
    routine: '',
  };
  return Object.assign(new postgres.PostgresError(message), fields);
}

function networkError(code: string): Error {
  return Object.assign(new Error(`connect ${code} db.plant.example`), { code });
}

const cases = [
  {
    name: 'a wrong password',
    error: serverError('28P01', 'password authentication failed for user "ann"'),
    line: 'refused the password of user "ann"',
  },
  {
    name: 'a refused login',
    error: serverError('28000', 'no pg_hba.conf entry for host "10.0.0.9"'),
    line: 'does not let user "ann" in',
  },
  {
    name: 'an unknown database',
    error: serverError('3D000', 'database "plant" does not exist'),
    line: 'There is no database "plant" at db.plant.example:5432',
  },
  {
    name: 'an unknown host',
    error: networkError('ENOTFOUND'),
    line: 'The host of DATABASE_URL is not known: db.plant.example:5432',
  },
  {
    name: 'a silent host',
    error: networkError('CONNECT_TIMEOUT'),
    line: 'No PostgreSQL answers at db.plant.example:5432',
  },
  {
    name: 'a missing privilege',
    error: serverError('42501', 'permission denied for schema public'),
    line: 'CREATEROLE',
  },
  {
    name: 'a server without pgvector',
    error: serverError('0A000', 'extension "vector" is not available'),
    line: 'lacks the extension pgvector',
  },
  {
    name: 'a full server',
    error: serverError('53300', 'sorry, too many clients already'),
    line: 'no connection left',
  },
  {
    name: 'a standby',
    error: serverError('25006', 'cannot execute CREATE TABLE in a read-only transaction'),
    line: 'read-only',
  },
  {
    name: 'anything else',
    error: serverError('XX001', 'invalid page in block 3'),
    line: 'invalid page in block 3 (SQLSTATE XX001)',
  },
];

test.each(cases)('$name is explained in one line that says what is wrong', ({ error, line }) => {
  const problem = explainDatabaseError(error, target);
  expect(problem.message).toContain(line);
  expect(problem.message).not.toContain('\n');
  expect(problem.message).not.toContain('secret');
});
