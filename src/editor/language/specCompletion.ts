import * as vscode from 'vscode';
import { siblingKeys, suggestionsAt, type Suggestion } from '../../core/spec/specAssist.ts';

const kinds: Readonly<Record<Suggestion['kind'], vscode.CompletionItemKind>> = {
  field: vscode.CompletionItemKind.Property,
  name: vscode.CompletionItemKind.Module,
  value: vscode.CompletionItemKind.Value,
};

/** Field names that the map does not have yet, names and values, in the schema’s order, which other editors of YAML are given, too. */
export function specCompletions(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
  const lines = document.getText().split(/\r?\n/);
  const written = siblingKeys(lines, position.line, position.character);
  return suggestionsAt(lines, position.line, position.character)
    .filter(({ kind, label }) => kind === 'value' || !written.has(label))
    .map(({ kind, label, insert, detail, documentation }, index) => {
      const item = new vscode.CompletionItem(label, kinds[kind]);
      item.insertText = insert;
      item.sortText = String(index).padStart(3, '0');
      if (documentation !== undefined) item.documentation = documentation;
      if (detail !== undefined) item.detail = detail;
      return item;
    });
}
