/** SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown), Node's and postgres.js' codes for a lost connection. */
const CODES = /^(08...|53...|57P..|E[A-Z]+|CONNECTION_\w+|CONNECT_\w+)$/;
/** What the database port itself says when its connection went away. */
const MESSAGES = /^the (connection to the )?database (was closed|did not finish)/;

/** Whether a question failed because there is no database to answer it, rather than by our own mistake. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'DatabaseProblem' || MESSAGES.test(error.message)) return true;
  return 'code' in error && typeof error.code === 'string' && CODES.test(error.code);
}
