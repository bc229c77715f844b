/** A question that was not answered in time; the answer may still come, to nobody. */
export class AnswerOverdue extends Error {
  constructor(limitMs: number) {
    super(`No answer for ${limitMs / 1000} s`);
    this.name = 'AnswerOverdue';
  }
}

/** SQLSTATE: two digits or letters of class, three of condition. */
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Node's and postgres.js' codes for a connection that cannot be had or was lost. */
const UNREACHABLE = /^(E[A-Z]{3,}|CONNECT\w*|57P0[1-3]|08\w{3})$/;

/** What pages and `/healthz` say of a database that fails: for people, without paths and statements, which the log has. */
export function explainOutage(error: unknown): string {
  if (!(error instanceof Error)) return 'It fails';
  if (error instanceof AnswerOverdue || error.name === 'DatabaseProblem') return error.message;
  const code = 'code' in error ? String(error.code) : '';
  if (UNREACHABLE.test(code)) return 'It cannot be reached';
  if (/closed|did not finish/.test(error.message)) return 'The connection was closed';
  return SQLSTATE.test(code) ? `It refuses a question (${code})` : 'It fails';
}
