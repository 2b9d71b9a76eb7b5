/** Nothing of a folder is run before its user trusts it. */

import * as vscode from 'vscode';
import { tell } from './tell.ts';

/** Whether code of the workspace may run; where not, says so and offers to change it. */
export async function isTrustedToRun(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = 'Manage Trust';
  const choice = await tell(
    'warning',
    'This folder is not trusted, so no training script of it is run. Trust it to start training. Looking at runs and log folders works without.',
    manage,
  );
  if (choice === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return vscode.workspace.isTrusted;
}
