/** The names of what package.json contributes: `test/unit/catalog/contributions.test.ts` holds both together. */

export const commandNames = [
  'start',
  'startAgain',
  'warmStart',
  'warmStartFromCheckpoint',
  'startFromMapping',
  'showRestoreReport',
  'revealOrigin',
  'stop',
  'pause',
  'resume',
  'saveCheckpoint',
  'showDashboard',
  'showConsole',
  'openFailure',
  'openLogFolder',
  'closeLogFolder',
  'filterRuns',
  'copyPath',
  'reveal',
  'openCheckpoint',
  'selectForCompare',
  'compareWithSelected',
  'compareCheckpoint',
  'createExample',
  'openMappingText',
  'installNative',
] as const;

export type CommandName = (typeof commandNames)[number];

/** What VS Code knows the command by. */
export function commandId(name: CommandName): string {
  return `slimTraining.${name}`;
}

export const runsViewId = 'slimTraining.runs';
export const mappingViewType = 'slimTraining.restoreMapping';
export const checkpointViewType = 'slimTraining.checkpoint';

export interface Settings {
  readonly backend: 'auto' | 'native' | 'embedded';
  readonly logFolders: readonly string[];
  readonly nodePath: string;
}

export const settingDefaults: Settings = { backend: 'auto', logFolders: [], nodePath: '' };
