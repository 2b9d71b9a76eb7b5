import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where `slim-train native install` puts the native backend, for all of a user's workspaces: a folder with a
 * `node_modules` in it. `SLIM_TRAINING_NATIVE` names another one.
 */
export function nativeFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const chosen = environment['SLIM_TRAINING_NATIVE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return join(userDataFolder(environment, platform), 'slim-training', 'native');
}

function userDataFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  const xdg = environment['XDG_DATA_HOME'];
  return xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.local', 'share');
}
