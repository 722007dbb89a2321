import * as vscode from 'vscode';
import { parseSpecPath } from '../../core/spec/specPath.ts';
import { locate, readSpecText } from '../../core/spec/specText.ts';

/** Opens a spec, its cursor in the field of this path where one is given. */
export async function showField(
  document: vscode.TextDocument,
  specPath: string | undefined,
  options: vscode.TextDocumentShowOptions = {},
): Promise<void> {
  const editor = await vscode.window.showTextDocument(document, options);
  const path = parseSpecPath(specPath ?? '');
  if (!path) return;
  const { start } = locate(readSpecText(document.getText()), path);
  const position = document.positionAt(start.offset);
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position));
}
