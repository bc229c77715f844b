import js from '@eslint/js';
import { importX } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.{ts,tsx}', 'tests/**', 'bench/**'];

/**
 * The arrows of DESIGN §1 as an editor sees them; tests/rooms.test.ts holds them too, type-only imports and
 * composition roots included. An entry reads: files of `target` must not import files of `from`.
 */
const rooms = [
  {
    target: './contracts',
    from: ['./app', './bench', './cli', './ml', './prisma', './server', './telemetry', './tests'],
  },
  { target: './prisma', from: ['./app', './cli', './ml', './server', './telemetry'] },
  { target: './telemetry', from: ['./app', './cli', './ml', './server'] },
  { target: './ml', from: ['./app', './cli', './prisma', './server', './telemetry'] },
  { target: './server', from: ['./app', './cli', './telemetry'] },
  { target: './app', from: ['./cli', './ml', './prisma', './telemetry'] },
].map(({ target, from }) => ({
  target: `${target}/**/!(*.test).{ts,tsx}`,
  from: from.map((room) => `${room}/**`),
}));

export default tseslint.config(
  {
    ignores: [
      'build/**',
      '.cache/**',
      '.sentia/**',
      'node_modules/**',
      'public/**',
      'cli/launch/*.generated.mjs',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      // Names and topics are checked for control characters on purpose.
      'no-control-regex': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'import-x/extensions': ['error', 'ignorePackages'],
      'import-x/no-restricted-paths': ['error', { zones: rooms }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Numbers and booleans read well in templates; a void arrow body is the shortest way to say "just do it".
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Ports have async signatures that an implementation may not need; promises are checked by the other rules.
      '@typescript-eslint/require-await': 'off',
      // Index access is checked (noUncheckedIndexedAccess); this rule mistrusts what crosses awaits and closures.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  { files: ['app/**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  // Route modules throw Responses: that is how Remix refuses.
  { files: ['app/**', 'server/**'], rules: { '@typescript-eslint/only-throw-error': 'off' } },
  // Before the log stands, and when it cannot, a process still has to say why it ends.
  {
    files: ['**/main.ts', 'contracts/supervised-process.ts'],
    rules: { 'no-console': ['error', { allow: ['error'] }] },
  },
  { files: ['cli/**', 'tests/**', 'bench/**'], rules: { 'no-console': 'off' } },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      'import-x/no-restricted-paths': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'Buffer',
          'setTimeout',
          'setInterval',
          'clearInterval',
          'clearTimeout',
          'fetch',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
