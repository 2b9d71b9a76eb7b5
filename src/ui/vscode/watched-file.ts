import { dirname } from 'node:path';
import * as vscode from 'vscode';

/** What happens at once, as when a checkpoint's files are written, is told once. */
const SETTLE_MS = 300;

/** Tells when a file, or one whose name begins with that path, appears, changes or goes. */
export function watchFiles(path: string, onChange: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.file(dirname(path)), '*'),
  );
  let timer: NodeJS.Timeout | undefined;
  const look = ({ fsPath }: vscode.Uri): void => {
    if (!fsPath.startsWith(path)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  };
  watcher.onDidCreate(look);
  watcher.onDidChange(look);
  watcher.onDidDelete(look);
  return new vscode.Disposable(() => {
    clearTimeout(timer);
    watcher.dispose();
  });
}
