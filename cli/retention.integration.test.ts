import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';

const onPostgres = process.env['SENTIA_TEST_DATABASE_URL'] !== undefined;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

async function retention(
  ...options: string[]
): Promise<{ dryRun: boolean; chunks: { verdict: string; from: string }[] }> {
  const env = { ...process.env, DATABASE_URL: db.connection.kind === 'url' ? db.connection.url : '' };
  const script = `import { createProgram } from './cli/program.ts';
    await createProgram().parseAsync(['retention', '--json', ...process.argv.slice(1)], { from: 'user' });`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script, '--', ...options];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout);
}

// The embedded database of a test runs in the test's own process, which the command would wait for.
test.runIf(onPostgres)('a dry run tells what would go and leaves it, a run drops just that', async () => {
  for (const [day, rolledUp] of [
    ['2024-01-01', true],
    ['2024-01-02', false],
  ] as const) {
    if (!db.database.timescale)
      await db.database.transaction(
        { role: 'sentia_writer' },
        (sql) =>
          sql`SELECT telemetry.create_partition('reading', ${day}::timestamptz, ${day}::timestamptz + interval '1 day')`,
      );
    await db.ownerSql`INSERT INTO telemetry.reading (signal_id, at, value) VALUES (1, ${day}, 1)`;
    await db.ownerSql`
      INSERT INTO telemetry.chunk (tier, range_from, range_to, last_write, rolled_up)
      VALUES ('reading', ${day}, ${day}::timestamptz + interval '1 day', ${day}, ${rolledUp})`;
  }
  await db.ownerSql`UPDATE telemetry.rollup SET done_to = '2024-02-01'`;
  const count = async () => (await db.ownerSql`SELECT count(*) FROM telemetry.reading`)[0]!['count'];
  const dry = await retention('--dry-run');
  expect(dry.chunks.map(({ verdict }) => verdict)).toEqual(['goes', 'not rolled up']);
  expect(await count()).toBe(2);
  const run = await retention();
  expect(run.chunks.map(({ verdict, from }) => [verdict, from.slice(0, 10)])).toEqual([
    ['gone', '2024-01-01'],
  ]);
  expect(await count()).toBe(1);
  expect((await retention()).chunks).toEqual([]);
});
