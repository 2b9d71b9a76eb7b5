import eslint from '@eslint/js';
import path from 'node:path';
import { tsImport } from 'tsx/esm/api';
import tseslint from 'typescript-eslint';

// Node 20 does not read TypeScript by itself.
const { knowsVSCode } = await tsImport('./scripts/lint/knows-vscode.ts', import.meta.url);
const { roomArrows } = await tsImport('./scripts/lint/room-arrows.ts', import.meta.url);

/** The rooms of src/ and, for each, the rooms it may import from. CONTRIBUTING.md draws the same arrows. */
const rooms = {
  protocol: [],
  formats: ['protocol'],
  threads: ['protocol'],
  backends: ['formats', 'protocol'],
  restore: ['formats', 'protocol', 'threads'],
  slim: ['formats', 'protocol', 'backends', 'restore'],
  runs: ['formats', 'protocol'],
  monitor: ['formats', 'protocol', 'threads'],
  trainer: ['backends', 'formats', 'protocol', 'restore', 'runs'],
  catalog: ['formats', 'monitor', 'protocol', 'restore', 'runs', 'threads'],
  cli: ['backends', 'catalog', 'formats', 'monitor', 'protocol', 'restore', 'runs', 'trainer'],
  ui: ['catalog', 'formats', 'monitor', 'protocol', 'restore', 'runs'],
};

const inProject = name => path.join(import.meta.dirname, name);

const arrows = {
  house: inProject('src'),
  rooms,
  outside: [inProject('package.json')],
  packages: [
    { name: 'vscode', rooms: ['ui'], message: 'Only ui/ and extension.ts know VS Code.' },
    {
      name: '@tensorflow',
      rooms: ['slim', 'backends', 'trainer', 'cli'],
      message: 'Only slim/, backends/, trainer/ and cli/ know TensorFlow.js.',
    },
  ],
};

/** An attempt is kept without knowing what is run in it. */
const workArrows = {
  house: inProject('src/trainer'),
  rooms: { attempt: [], script: ['attempt'], command: ['attempt'] },
  outside: [inProject('src')],
  packages: [],
};

/** Pages talk to the extension by protocol/ only. */
const pageArrows = {
  house: inProject('webview'),
  rooms: { shared: [], dashboard: ['shared'], checkpoint: ['shared'], mapping: ['shared'] },
  outside: [inProject('src/protocol')],
  packages: [],
};

/** A view of the dashboard knows what serves all of them, and no other view. */
const viewArrows = {
  house: inProject('webview/dashboard'),
  rooms: { charts: [], runs: ['charts'], scalars: ['charts', 'runs'], console: ['charts', 'runs'] },
  outside: [
    inProject('src/protocol'),
    inProject('webview/shared'),
    inProject('webview/dashboard/dashboard-view.ts'),
  ],
  packages: [],
};

/** Nobody can get round `#`: also not from JavaScript, and it needs no word in front. */
const privateMembers = {
  selector: ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"])[accessibility="private"]',
  message: 'Private members are #named.',
};

/** Notices make links of text: https://github.com/microsoft/vscode/blob/main/src/vs/base/common/linkedText.ts. */
const notices = {
  selector:
    'MemberExpression[property.name=/^show(Information|Warning|Error)Message$/],' +
    'MemberExpression[object.property.name="ProgressLocation"][property.name="Notification"]',
  message: 'Notices go through tell(), which lets no foreign text become a link that runs a command.',
};

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
      'no-restricted-syntax': ['error', privateMembers],
      eqeqeq: 'error',
    },
  },
  { plugins: { house: { rules: { 'room-arrows': roomArrows, 'knows-vscode': knowsVSCode } } } },
  { files: ['src/**/*.ts'], rules: { 'house/room-arrows': ['error', arrows, workArrows] } },
  { files: ['src/ui/**/*.ts'], rules: { 'house/knows-vscode': 'error' } },
  { files: ['webview/**/*.ts'], rules: { 'house/room-arrows': ['error', pageArrows, viewArrows] } },
  {
    files: ['src/ui/**/*.ts', 'src/extension.ts'],
    ignores: ['src/ui/vscode/tell.ts'],
    rules: { 'no-restricted-syntax': ['error', privateMembers, notices] },
  },
  {
    files: ['**/*.{js,mjs}'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly' },
      parserOptions: { project: null },
    },
  },
  {
    files: ['eslint.config.js', 'knip.ts', '**/vitest.config.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
);
