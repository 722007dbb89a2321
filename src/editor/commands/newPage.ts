import * as vscode from 'vscode';
import { freeName } from './freeName.ts';

/** Where new files are proposed: beside the file they come from, in the workspace, or in the state folder when no folder is open. */
export function homeOfPages(home: string, source?: vscode.TextDocument): vscode.Uri {
  const beside = source?.uri.scheme === 'file' ? vscode.Uri.joinPath(source.uri, '..') : undefined;
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
  return beside ?? workspace ?? vscode.Uri.joinPath(vscode.Uri.file(home), 'specs');
}

/**
 * A page to look at that is not saved yet and knows its name: *Save* puts it there. A name that a file or an open page has already is given a
 * number, so that nothing is ever overwritten.
 */
export async function newPage(folder: vscode.Uri, name: string, content: string): Promise<vscode.TextDocument> {
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.path));
  const place = await freeName(name, async tried => {
    const uri = vscode.Uri.joinPath(folder, tried);
    return open.has(uri.path) || (await exists(uri));
  });
  const uri = vscode.Uri.joinPath(folder, place).with({ scheme: 'untitled' });
  const page = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), content);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${place} could not be filled`);
  await vscode.window.showTextDocument(page, { preview: false, selection: new vscode.Range(0, 0, 0, 0) });
  return page;
}

export async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
