// @ts-check
import tseslint from 'typescript-eslint';

/** Imports point one way: webview → protocol ← editor → core, cli → core; sandbox and core know nothing of each other. */
const walls = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns: patterns.map(([group, message]) => ({ group, message })) }],
});
const noVscode = [['vscode'], 'Only src/editor and src/extension.ts may import vscode.'];
const noSandbox = [['**/sandbox/**'], 'Nothing outside a composition root or a test imports the sandbox.'];
const noEditor = [['**/editor/**', '**/extension.ts'], 'Imports point from the editor inwards.'];
const noWebview = [['**/webview/**'], 'Webview sources run in a browser.'];
const noCore = [['**/core/**', '!@smithy/core/**'], 'This folder does not know the core.'];
const noNode = [['node:*'], 'This code runs in a browser.'];

export default tseslint.config(
  {
    ignores: [
      '.private-eks/**',
      '.vscode-test/**',
      'dist/**',
      'dist-test/**',
      '**/node_modules/**',
      'tools/vscode-host/{builtin,.browser,stand-ins}/**',
      'test-results/**',
      '**/*.mjs',
      '*.js',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/core/**'],
    rules: walls(noVscode, noSandbox, noEditor, noWebview, [['**/protocol/**'], 'Core does not know the panels.']),
  },
  { files: ['src/protocol/**'], rules: walls(noVscode, noSandbox, noEditor, noWebview, noCore, noNode) },
  {
    files: ['src/sandbox/**'],
    rules: walls(noVscode, noEditor, noWebview, noCore, [['**/protocol/**'], 'The sandbox is AWS; it knows no panel.']),
  },
  { files: ['src/editor/**', 'src/extension.ts'], rules: walls(noSandbox, noWebview) },
  {
    files: ['src/editor/**'],
    ignores: ['src/editor/questions.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name=/^(showQuickPick|showInputBox|createQuickPick|createInputBox)$/]',
          message: 'Questions are asked by src/editor/questions.ts, which keeps them open beside a panel.',
        },
      ],
    },
  },
  { files: ['webview/**'], rules: walls(noVscode, noSandbox, noEditor, noCore, noNode) },
  { files: ['src/cli.ts', 'src/cli/**', 'test/**', 'tools/**'], rules: { 'no-console': 'off' } },
  { files: ['src/cli/**'], rules: walls(noVscode, noEditor, noWebview) },
);
