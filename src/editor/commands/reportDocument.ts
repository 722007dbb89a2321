import * as vscode from 'vscode';

const scheme = 'private-eks-report';
const texts = new Map<string, string>();
let provider: vscode.Disposable | undefined;

/** Shows what was found as a document to read: nothing is asked about it when it is closed. `name` ends in what it is written in. */
export async function showReport(
  name: string,
  content: string,
  options: vscode.TextDocumentShowOptions = {},
): Promise<void> {
  provider ??= vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: uri => texts.get(uri.toString()) ?? '',
  });
  // Each is a document of its own: an editor keeps the text that it has of one.
  const uri = vscode.Uri.from({ scheme, path: `/${name}`, query: String(Date.now()) });
  texts.set(uri.toString(), content);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true, ...options });
}
