import { knownAddons } from './addonRules.ts';
import { specJsonSchema } from './jsonSchema.ts';
import type { SpecPath } from './specPath.ts';

/** As much of a JSON schema as editors need. */
export interface FieldSchema {
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  /** Of a map with names of the user's own, such as node groups. */
  readonly additionalProperties?: FieldSchema | boolean;
  readonly items?: FieldSchema;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly FieldSchema[];
}

/** What could stand at a place of a file. */
export interface Suggestion {
  readonly kind: 'field' | 'name' | 'value';
  readonly label: string;
  readonly insert: string;
  readonly detail?: string;
  readonly documentation?: string;
}

/** Names that users give themselves, with ones to begin with. */
const firstNames: Readonly<Record<string, readonly string[]>> = {
  nodes: ['default'],
  fargate: ['apps'],
  addons: knownAddons,
};

const keyed = /^(\s*)((?:- +)*)([\w.-]+|"[^"]+"):/;

/** The keys around a line, outermost first; a list's item is `0`, whichever it is. Works on text that is not yet YAML. */
export function pathAround(lines: readonly string[], line: number): SpecPath {
  const path: (string | number)[] = [];
  const [, blanks = '', dashes = ''] = /^(\s*)((?:- +)*)/.exec(lines[line] ?? '') ?? [];
  let limit = blanks.length + dashes.length;
  // A key may stand in the same column as the dashes of its list; other dashes of that column are its other items.
  let dashLimit = limit;
  const enterItem = (at: number) => {
    path.unshift(0);
    limit = at + 1;
    dashLimit = at;
  };
  if (dashes !== '') enterItem(blanks.length);
  for (let number = line - 1; number >= 0 && limit > 0; number--) {
    const [whole, before = '', item = '', key = ''] = keyed.exec(lines[number] ?? '') ?? [];
    if (whole === undefined) continue;
    const column = before.length + item.length;
    if (column < limit) {
      path.unshift(key.replaceAll('"', ''));
      limit = column;
      dashLimit = column;
      if (item !== '') enterItem(before.length);
    } else if (item !== '' && before.length < dashLimit) enterItem(before.length);
  }
  return path;
}

export function schemaAt(path: SpecPath): FieldSchema | undefined {
  return path.reduce<FieldSchema | undefined>((at, part) => {
    if (typeof part === 'number') return at?.items;
    const own = at?.additionalProperties;
    return at?.properties?.[part] ?? (typeof own === 'object' ? own : undefined);
  }, specJsonSchema() as FieldSchema);
}

/** The keys that the map around the cursor has already, other than on the cursor's own line. */
export function siblingKeys(lines: readonly string[], line: number, character: number): ReadonlySet<string> {
  const [, blanks = '', dashes = ''] = /^(\s*)((?:- +)*)/.exec((lines[line] ?? '').slice(0, character)) ?? [];
  const own = blanks.length + dashes.length;
  const found = new Set<string>();
  const walk = (step: 1 | -1, begin: number) => {
    for (let number = begin; number >= 0 && number < lines.length; number += step) {
      const text = lines[number] ?? '';
      if (/^\s*(#|$)/.test(text)) continue;
      const [, before = '', item = '', key] = keyed.exec(text) ?? [];
      const indent = /^\s*/.exec(text)?.[0].length ?? 0;
      const column = key === undefined ? indent : before.length + item.length;
      // A dash begins another item below, and this one above.
      if (column < own || (item !== '' && before.length < own && step === 1)) return;
      if (column !== own) continue;
      if (key !== undefined) found.add(key.replaceAll('"', ''));
      if (item !== '') return;
    }
  };
  if (dashes === '') walk(-1, line - 1);
  walk(1, line + 1);
  return found;
}

/** What could be written where the cursor is: fields of the map around it, first names, or values of the field before it. */
export function suggestionsAt(lines: readonly string[], line: number, character: number): Suggestion[] {
  const text = (lines[line] ?? '').slice(0, character);
  const path = pathAround([...lines.slice(0, line), text], line);
  const field = /^\s*(?:- +)*([\w.-]+):\s*\S*$/.exec(text)?.[1];
  const schema = schemaAt(field === undefined ? path : [...path, field]);
  if (!schema) return [];
  if (field !== undefined) return valueSuggestions(schema);
  const inner = Object.entries(schema.properties ?? {}).map(([label, own]): Suggestion => ({
    kind: 'field',
    label,
    insert: `${label}:${opening(own)}`,
    ...(own.description === undefined ? {} : { documentation: own.description }),
    ...(own.default === undefined ? {} : { detail: `default ${JSON.stringify(own.default)}` }),
  }));
  const names = path.length === 1 ? (firstNames[String(path[0])] ?? []) : [];
  return [
    ...inner,
    ...names.map((label): Suggestion => ({
      kind: 'name',
      label,
      insert: path[0] === 'addons' ? `${label}: {}` : `${label}:\n  `,
      detail: 'a name of your own',
    })),
  ];
}

/** What a key of the file means, for a hover. */
export function describeKeyAt(
  lines: readonly string[],
  line: number,
  character: number,
): { readonly path: SpecPath; readonly text: string; readonly from: number; readonly to: number } | undefined {
  const [, blanks = '', dashes = '', key = ''] = keyed.exec(lines[line] ?? '') ?? [];
  const from = blanks.length + dashes.length;
  const to = from + key.length;
  if (key === '' || character < from || character > to) return undefined;
  const path = [...pathAround(lines, line), key.replaceAll('"', '')];
  const schema = schemaAt(path);
  if (schema?.description === undefined) return undefined;
  const choices = choicesOf(schema);
  const notes = [
    schema.description,
    choices.length > 0 ? `One of ${choices.map(String).join(', ')}.` : '',
    schema.default === undefined ? '' : `Default: ${JSON.stringify(schema.default)}.`,
    isTelling(schema) ? `Example: ${JSON.stringify(schema.examples?.[0])}.` : '',
  ];
  return { path, text: notes.filter(Boolean).join('\n\n'), from, to };
}

/** An example that is the default tells nothing. */
function isTelling({ examples = [], default: usual }: FieldSchema): boolean {
  return examples.length > 0 && JSON.stringify(examples[0]) !== JSON.stringify(usual);
}

function valueSuggestions(schema: FieldSchema): Suggestion[] {
  const all = schema.type === 'boolean' ? [true, false] : choicesOf(schema);
  return all.map(choice => ({
    kind: 'value',
    label: String(choice),
    insert: String(choice),
    ...(choice === schema.default ? { detail: 'default' } : {}),
  }));
}

function choicesOf(schema: FieldSchema): unknown[] {
  return [schema, ...(schema.anyOf ?? [])].flatMap(part => [
    ...(part.enum ?? []),
    ...(part.const === undefined ? [] : [part.const]),
  ]);
}

function opening(schema: FieldSchema): string {
  if (schema.items?.properties) return '\n  - ';
  return schema.properties || schema.additionalProperties ? '\n  ' : ' ';
}
