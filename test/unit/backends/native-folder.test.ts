import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nativeFolder } from '../../../src/backends/native-folder.ts';

test.each([
  ['linux', { XDG_DATA_HOME: '/data' }, join('/data', 'slim-training', 'native')],
  ['linux', { XDG_DATA_HOME: '' }, join(homedir(), '.local', 'share', 'slim-training', 'native')],
  ['darwin', {}, join(homedir(), 'Library', 'Application Support', 'slim-training', 'native')],
  ['win32', { LOCALAPPDATA: 'C:\\Local' }, join('C:\\Local', 'slim-training', 'native')],
  ['linux', { XDG_DATA_HOME: '/data', SLIM_TRAINING_NATIVE: '/elsewhere' }, '/elsewhere'],
] as const)('on %s with %o', (platform, environment, folder) => {
  expect(nativeFolder(environment, platform)).toBe(folder);
});
