/** The settings of this extension, typed: package.json says what each of them means. */

import * as vscode from 'vscode';
import { settingDefaults, type Settings } from '../../catalog/contributions.ts';

const SECTION = 'slimTraining';

/** @param scope the file or folder that it is asked for: folders of a workspace have settings of their own. */
export function setting<Name extends keyof Settings>(
  name: Name,
  scope: vscode.Uri | undefined,
): Settings[Name] {
  return vscode.workspace.getConfiguration(SECTION, scope).get<Settings[Name]>(name, settingDefaults[name]);
}

export function isAbout(event: vscode.ConfigurationChangeEvent, name: keyof Settings): boolean {
  return event.affectsConfiguration(`${SECTION}.${name}`);
}

/** Opens VS Code's own page of settings at that one. */
export async function showSetting(name: keyof Settings): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `${SECTION}.${name}`);
}
