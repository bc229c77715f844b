import { writeFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkQuery } from '../tests/support/check-query.ts';
import { findQueries, sourceFiles } from '../tests/support/find-queries.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { packageRoot } from './package-root.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('every query of the code fits the migrated database, and gives the columns that its row type names', async () => {
  const queries = findQueries(
    packageRoot(),
    sourceFiles(packageRoot(), ['server', 'telemetry', 'prisma', 'cli']),
  );
  expect(queries.length).toBeGreaterThan(30);
  const mistakes: string[] = [];
  for (const query of queries) {
    const mistake = await checkQuery(db.ownerSql, query);
    if (mistake !== null) mistakes.push(mistake);
  }
  expect(mistakes).toEqual([]);
});

test('a query that does not fit is found, with its file and line', async () => {
  const folder = join(packageRoot(), '.cache', `queries-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'made-up.ts');
  writeFileSync(
    file,
    `import type { Sql } from '../../contracts/database.ts';
interface Site { slug: string; name?: string }
export async function ask(sql: Sql) {
  await sql\`SELECT colour FROM public.site WHERE site_id = \${1}\`;
  await sql<{ siteId: number }>\`SELECT site_id FROM public.site\`;
  await sql<{ rows: number }>\`SELECT sum(site_id::bigint) AS rows FROM public.site\`;
  await sql<Site>\`SELECT slug, name FROM public.site WHERE slug = \${'a'}::text AND site_id = ANY (\${[1]}::int[])\`;
}
`,
  );
  try {
    const queries = findQueries(packageRoot(), [file]);
    const said = [];
    for (const query of queries) said.push(await checkQuery(db.ownerSql, query));
    const place = file.slice(packageRoot().length + 1);
    expect(said).toEqual([
      `${place}:4: column "colour" does not exist`,
      `${place}:5: the row type has "siteId", the query gives no such column`,
      `${place}:6: column "rows" comes out as string, the row type says number`,
      null,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
