import * as vscode from 'vscode';
import { specJsonSchema } from '../../core/spec/jsonSchema.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Of a map with names of the user's own, such as node groups. */
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
}

/** Field names and values, from the same schema that other editors of YAML are given. */
export function specCompletions(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
  const line = document.lineAt(position.line).text.slice(0, position.character);
  const path = parentPath(document, position.line, line.search(/\S|$/));
  const value = /^\s*([\w-]+):\s*\S*$/.exec(line);
  const schema = at(specJsonSchema(), value?.[1] === undefined ? path : [...path, value[1]]);
  if (!schema) return [];
  if (value) return valueItems(schema);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.Property);
    item.insertText = field.properties ? `${name}:\n  ` : `${name}: `;
    if (field.description) item.documentation = field.description;
    if (field.default !== undefined) item.detail = `default ${JSON.stringify(field.default)}`;
    return item;
  });
}

function valueItems(schema: Schema): vscode.CompletionItem[] {
  const choices = [schema, ...(schema.anyOf ?? [])].flatMap(part => [
    ...(part.enum ?? []),
    ...(part.const === undefined ? [] : [part.const]),
  ]);
  const all = schema.type === 'boolean' ? [true, false] : choices;
  return all.map(choice => {
    const item = new vscode.CompletionItem(String(choice), vscode.CompletionItemKind.Value);
    if (choice === schema.default) item.detail = 'default';
    return item;
  });
}

function at(schema: Schema | undefined, path: readonly string[]): Schema | undefined {
  return path.reduce<Schema | undefined>((inner, key) => {
    const own = inner?.additionalProperties;
    return inner?.properties?.[key] ?? (typeof own === 'object' ? own : undefined);
  }, schema);
}

/** The keys above a line that are indented less and less: where in the file one is. */
function parentPath(document: vscode.TextDocument, from: number, indent: number): string[] {
  const path: string[] = [];
  let limit = indent;
  for (let number = from - 1; number >= 0 && limit > 0; number--) {
    const match = /^(\s*)([\w-]+):/.exec(document.lineAt(number).text);
    if (!match || (match[1]?.length ?? 0) >= limit) continue;
    limit = match[1]?.length ?? 0;
    path.unshift(match[2] ?? '');
  }
  return path;
}
