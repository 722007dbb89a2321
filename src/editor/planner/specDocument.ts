import * as vscode from 'vscode';
import { setSpecValue, type SpecValue } from '../../core/spec/editSpec.ts';
import { textDifference } from './textDifference.ts';

/** Changes one field of an open spec through the editor, so that undo, dirty marks and other views all see it. */
export async function editSpecDocument(
  document: vscode.TextDocument,
  path: string,
  value: SpecValue | undefined,
): Promise<void> {
  const before = document.getText();
  const after = setSpecValue(before, path, value);
  if (after === before) return;
  const { start, endBefore, endAfter } = textDifference(before, after);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(start), document.positionAt(endBefore));
  edit.replace(document.uri, range, after.slice(start, endAfter));
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${document.fileName} refused the change`);
}
