import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Dependencies point one way: channels ← dsl ← runtime; connectors know only channels and their own port. */
const mayNotImport = (folder, forbidden) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: forbidden.map((name) => ({
          regex: `^(\\.\\./)+${name}(/|$)`,
          message: `${folder} may not depend on ${name}: see docs/architecture.md, "Layers".`,
        })),
      },
    ],
  },
});

export default defineConfig(
  globalIgnores(['dist', 'coverage', '.parlance', '.pulsar', 'channels/generated', 'connectors/webchat/page']),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  mayNotImport('channels', ['dsl', 'runtime', 'connectors', 'test']),
  mayNotImport('dsl', ['runtime', 'connectors', 'test']),
  mayNotImport('connectors', ['dsl', 'runtime', 'test']),
  mayNotImport('runtime', ['test']),
  prettier,
);
