import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelPage, type PanelPage } from './panelPage.ts';

/** The folder that panels load from, and nothing else. */
export function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** The mark on a panel's tab: the activity bar's, in a colour that tabs do not give by themselves. */
export function panelIcon(extensionUri: vscode.Uri): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `panel-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}

export function panelHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  panel: PanelPage['panel'],
  title: string,
): string {
  return panelPage({
    panel,
    title,
    language: vscode.env.language,
    nonce: randomBytes(18).toString('base64url'),
    source: webview.cspSource,
    file: name => webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), name)).toString(),
  });
}
