import * as vscode from 'vscode';
import { describeKeyAt } from '../../core/spec/specAssist.ts';
import { escapeMarkdown } from '../words.ts';

/** What a field means, at its key. */
export function specHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
  const lines = document.getText().split(/\r?\n/);
  const told = describeKeyAt(lines, position.line, position.character);
  if (!told) return undefined;
  return new vscode.Hover(
    new vscode.MarkdownString(escapeMarkdown(told.text)),
    new vscode.Range(position.line, told.from, position.line, told.to),
  );
}
