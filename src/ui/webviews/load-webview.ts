import * as vscode from 'vscode';
import { webviewPage } from '../../catalog/webview-page.ts';

/** Gives a webview its page: the bundle of that name in dist/webview. It can load from there only. */
export function loadWebview(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { bundle, title }: { readonly bundle: string; readonly title: string },
): void {
  const bundles = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [bundles] };
  const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(bundles, name)).toString();
  webview.html = webviewPage({
    title,
    language: vscode.env.language,
    cspSource: webview.cspSource,
    script: uri(`${bundle}.js`),
    style: uri(`${bundle}.css`),
  });
}
