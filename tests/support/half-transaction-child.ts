import { openOwnerSql } from './test-database.ts';

/** A process that begins a transaction, writes a row, says so and never ends it. */
const sql = openOwnerSql({ kind: 'socket', socketDir: process.argv[2] ?? '' });
await sql.begin(async (transaction) => {
  await transaction`INSERT INTO public.organisation (slug, name) VALUES ('half', 'Half')`;
  process.send?.('written');
  await new Promise(() => setInterval(() => undefined, 1000));
});
