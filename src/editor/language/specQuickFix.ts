import * as vscode from 'vscode';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import { applyFix } from '../../core/spec/specFix.ts';
import { textDifference } from '../planner/textDifference.ts';

/** Problems of a spec that know their own cure. */
export function specQuickFixes(
  document: vscode.TextDocument,
  range: vscode.Range,
  marks: readonly vscode.Diagnostic[],
): vscode.CodeAction[] {
  const before = document.getText();
  return parseSpec(before).problems.flatMap(({ fix, start, end, message }) => {
    const place = new vscode.Range(document.positionAt(start.offset), document.positionAt(end.offset));
    if (!fix || !range.intersection(place)) return [];
    const after = applyFix(before, fix);
    const { start: from, endBefore, endAfter } = textDifference(before, after);
    const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    const changed = new vscode.Range(document.positionAt(from), document.positionAt(endBefore));
    action.edit.replace(document.uri, changed, after.slice(from, endAfter));
    action.diagnostics = marks.filter(mark => mark.message === message);
    action.isPreferred = true;
    return [action];
  });
}
