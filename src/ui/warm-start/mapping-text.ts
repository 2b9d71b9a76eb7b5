import * as vscode from 'vscode';

/** Shows a restore mapping as the text that it is. `uri`: what the command was run on, in the mapping editor's title. */
export async function openMappingText(_window: unknown, uri: unknown): Promise<void> {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  const active = activeTab?.input instanceof vscode.TabInputCustom ? activeTab.input.uri : undefined;
  const mapping = uri instanceof vscode.Uri ? uri : active;
  if (mapping !== undefined) await vscode.commands.executeCommand('vscode.openWith', mapping, 'default');
}
