/** Marks the rows of failed runs: red, with an exclamation mark. */

import * as vscode from 'vscode';

const SCHEME = 'slim-training-failed-run';

export function failedRunUri(run: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${run}` });
}

export const failureBadge: vscode.FileDecorationProvider = {
  provideFileDecoration(uri) {
    if (uri.scheme !== SCHEME) return undefined;
    return new vscode.FileDecoration('!', 'Failed', new vscode.ThemeColor('errorForeground'));
  },
};
