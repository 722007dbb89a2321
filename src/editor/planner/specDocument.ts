import * as vscode from 'vscode';
import { setSpecValue, type SpecValue } from '../../core/spec/editSpec.ts';
import type { FieldEdit } from '../../protocol/planner.ts';
import { textDifference } from './textDifference.ts';

/** Changes fields of an open spec through the editor, as one undo step that dirty marks and other views see, too. */
export async function editSpecDocument(document: vscode.TextDocument, edits: readonly FieldEdit[]): Promise<void> {
  const before = document.getText();
  const after = edits.reduce(
    (text, { path, value }) => setSpecValue(text, path, value === null ? undefined : (value as SpecValue)),
    before,
  );
  if (after === before) return;
  const { start, endBefore, endAfter } = textDifference(before, after);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(start), document.positionAt(endBefore));
  edit.replace(document.uri, range, after.slice(start, endAfter));
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${document.fileName} refused the change`);
}
