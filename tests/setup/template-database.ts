import { adminUrl, embeddedTemplate, postgresTemplate } from '../support/template-database.ts';

/** Vitest's global setup: one migrated database is built before the test files copy it. */
export default async function setup(): Promise<void> {
  if (adminUrl === null) await embeddedTemplate(true);
  else await postgresTemplate(adminUrl);
}
