import * as vscode from 'vscode';
import { suggestionsAt, type Suggestion } from '../../core/spec/specAssist.ts';

const kinds: Readonly<Record<Suggestion['kind'], vscode.CompletionItemKind>> = {
  field: vscode.CompletionItemKind.Property,
  name: vscode.CompletionItemKind.Module,
  value: vscode.CompletionItemKind.Value,
};

/** Field names, names and values, from the same schema that other editors of YAML are given. */
export function specCompletions(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
  const lines = document.getText().split(/\r?\n/);
  return suggestionsAt(lines, position.line, position.character).map(
    ({ kind, label, insert, detail, documentation }) => {
      const item = new vscode.CompletionItem(label, kinds[kind]);
      item.insertText = insert;
      if (documentation !== undefined) item.documentation = documentation;
      if (detail !== undefined) item.detail = detail;
      return item;
    },
  );
}
