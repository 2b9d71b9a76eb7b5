/** The HTML of a webview: empty but for its script and style, and closed to everything else. */

import { randomBytes } from 'node:crypto';

export interface PageResources {
  readonly title: string;
  /** `vscode.env.language`: numbers and dates are written as there. */
  readonly language: string;
  /** `webview.cspSource`. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
}

export function webviewPage({ title, language, cspSource, script, style }: PageResources): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    `default-src 'none'`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  // The toolkit's style elements take their nonce from the meta element `csp-nonce`.
  return `<!DOCTYPE html>
<html lang="${language}">
  <head>
    <meta charset="UTF-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta property="csp-nonce" content="${nonce}">
    <link rel="stylesheet" href="${style}" nonce="${nonce}">
    <title>${title}</title>
  </head>
  <body>
    <script type="module" nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}
