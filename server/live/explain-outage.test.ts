import { expect, test } from 'vitest';
import { AnswerOverdue, explainOutage } from './explain-outage.ts';

const failed = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

const cases: [unknown, string][] = [
  [new AnswerOverdue(1500), 'No answer for 1.5 s'],
  [failed('connect ENOENT /tmp/sentia-1/.s.PGSQL.5432', 'ENOENT'), 'It cannot be reached'],
  [failed('write CONNECTION_CLOSED', 'CONNECTION_CLOSED'), 'It cannot be reached'],
  [failed('terminating connection due to administrator command', '57P01'), 'It cannot be reached'],
  [failed('the connection to the database was closed'), 'The connection was closed'],
  [failed('relation "secret" does not exist', '42P01'), 'It refuses a question (42P01)'],
  [failed('x is not a function'), 'It fails'],
  ['thrown text', 'It fails'],
];

test.each(cases)('%s is told to people as "%s"', (error, words) => expect(explainOutage(error)).toBe(words));
