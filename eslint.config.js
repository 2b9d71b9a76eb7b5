import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The rooms of src/ and, for each, the rooms it may import from. CONTRIBUTING.md draws the same arrows. */
const rooms = {
  formats: [],
  protocol: [],
  backends: ['formats', 'protocol'],
  restore: ['formats', 'protocol'],
  slim: ['formats', 'protocol', 'backends', 'restore'],
  runs: ['formats', 'protocol'],
  monitor: ['formats', 'protocol'],
  trainer: ['backends', 'formats', 'protocol', 'restore', 'runs'],
  catalog: ['formats', 'monitor', 'protocol', 'restore', 'runs'],
  cli: ['backends', 'catalog', 'formats', 'monitor', 'protocol', 'restore', 'runs', 'trainer'],
  ui: ['catalog', 'formats', 'monitor', 'protocol', 'restore', 'runs'],
};

const roomRule = (name, allowed) => ({
  files: [`src/${name}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...Object.keys(rooms)
            .filter(room => room !== name && !allowed.includes(room))
            .map(room => ({
              group: [`**/${room}/*`, `!./${room}/*`],
              message: `${name}/ may import from: ${[name, ...allowed].join(', ')}.`,
            })),
          ...(name === 'ui'
            ? []
            : [{ group: ['vscode'], message: 'Only ui/ and extension.ts know VS Code.' }]),
          ...(['slim', 'backends', 'trainer', 'cli'].includes(name)
            ? []
            : [
                {
                  group: ['@tensorflow/*'],
                  message: 'Only slim/, backends/, trainer/ and cli/ know TensorFlow.js.',
                },
              ]),
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist/', 'docs/api/', '.cache/', 'node_modules/', 'test/fixtures/'] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './webview/tsconfig.json', './test/webview/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
      eqeqeq: 'error',
    },
  },
  ...Object.entries(rooms).map(([name, allowed]) => roomRule(name, allowed)),
  {
    files: ['webview/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '/src/(?!protocol/)', message: 'webview/ talks to the extension by protocol/ only.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly' },
      parserOptions: { project: null },
    },
  },
  { files: ['eslint.config.js', '**/vitest.config.ts'], rules: { 'no-restricted-exports': 'off' } },
);
