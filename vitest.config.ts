import { defineConfig } from 'vitest/config';

const shared = {
  restoreMocks: true,
  setupFiles: ['tests/setup/fail-on-console-error.ts'],
};
const ignored = ['node_modules/**', 'build/**', '.cache/**'];

/**
 * unit: pure, no database, no port. integration: database and broker (embedded, or real ones when
 * SENTIA_TEST_DATABASE_URL / SENTIA_TEST_BROKER name them). e2e: the built product in a real browser.
 * The Remix plugin stays out (TRAPS T24).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // A busy machine is no failure.
          testTimeout: 30_000,
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...ignored, '**/*.integration.test.ts', 'tests/e2e/**', 'tests/services/**'],
        },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: ignored,
          globalSetup: ['tests/setup/template-database.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'services',
          include: ['tests/services/**/*.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
