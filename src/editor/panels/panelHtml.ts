import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The folder that panels load from, and nothing else. */
export function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/**
 * The page of a panel. Its policy allows one script by nonce, and styles and fonts from the extension's own folder; the meta tag lets the
 * UI toolkit put the same nonce on the one style element that it makes.
 */
export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri, panel: string, title: string): string {
  const nonce = randomBytes(18).toString('base64url');
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta property="csp-nonce" content="${nonce}">
  <link rel="stylesheet" href="${file('codicon.css')}">
  <link rel="stylesheet" href="${file('base.css')}">
  <link rel="stylesheet" href="${file(`${panel}.css`)}">
  <title>${escapeHtml(title)}</title>
</head>
<body>
  <pe-${panel === 'run' ? 'run-panel' : panel}></pe-${panel === 'run' ? 'run-panel' : panel}>
  <script type="module" nonce="${nonce}" src="${file(`${panel}.js`)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
