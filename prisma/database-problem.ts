/** A database that Sentia cannot work with, and why: `message` is one line for people that says what to do. */
export class DatabaseProblem extends Error {
  override readonly name = 'DatabaseProblem';
}
