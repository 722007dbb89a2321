import * as vscode from 'vscode';
import { setSpecValue, type SpecValue } from '../../core/spec/editSpec.ts';

/** Changes one field of an open spec through the editor, so that undo, dirty marks and other views all see it. */
export async function editSpecDocument(
  document: vscode.TextDocument,
  path: string,
  value: SpecValue | undefined,
): Promise<void> {
  const before = document.getText();
  const after = setSpecValue(before, path, value);
  if (after === before) return;
  const { start, endBefore, endAfter } = difference(before, after);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(start), document.positionAt(endBefore));
  edit.replace(document.uri, range, after.slice(start, endAfter));
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${document.fileName} refused the change`);
}

/** The one stretch in which two texts differ, so that cursors and marks elsewhere stay where they are. */
export function difference(before: string, after: string): { start: number; endBefore: number; endAfter: number } {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shortest - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { start, endBefore: before.length - tail, endAfter: after.length - tail };
}
