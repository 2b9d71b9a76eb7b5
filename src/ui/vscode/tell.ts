/** Notices of VS Code, the only way to them: what they say may be anybody's text. */

import * as vscode from 'vscode';
import { withoutLinks } from '../../catalog/notice-text.ts';

const show = {
  information: 'showInformationMessage',
  warning: 'showWarningMessage',
  error: 'showErrorMessage',
} as const;

/** Resolves to the choice that was taken; undefined: none, or there was none. */
export function tell<T extends string>(
  kind: keyof typeof show,
  text: string,
  ...choices: readonly T[]
): Thenable<T | undefined> {
  return vscode.window[show[kind]](withoutLinks(text), ...choices);
}

/** A notice for as long as the work takes. `token`: the user does not want to wait; where that can be said. */
export function tellWhile<T>(
  title: string,
  isCancellable: boolean,
  work: (token: vscode.CancellationToken) => Thenable<T>,
): Thenable<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: withoutLinks(title),
    cancellable: isCancellable,
  };
  return vscode.window.withProgress(options, (_, token) => work(token));
}
