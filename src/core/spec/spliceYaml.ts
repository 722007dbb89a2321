import { isMap, isNode, isScalar, isSeq, type Node, Scalar, stringify, type YAMLMap } from 'yaml';
import type { SpecPath } from './specPath.ts';
import { entryAt, type SpecText } from './specText.ts';

// Changes of a YAML text by cutting and pasting characters. The result is checked by the caller, so that a shape which is not thought of
// here costs prettiness and never truth.

/** The text with `path` set; undefined where no splice fits. */
export function spliceValue(spec: SpecText, path: SpecPath, value: unknown): string | undefined {
  const entry = entryAt(spec.document, path);
  if (!entry) return insert(spec, path, value);
  const { key, value: node } = entry;
  if (isScalar(node) && typeof value !== 'object' && hasOwnText(node)) return replaceScalar(spec, node, value);
  if (node && isFlow(node)) return cut(spec.text, startOf(node), endOf(node), flowText(value));
  if (!key?.range || !isOnItsOwnLine(spec.text, startOf(key))) return undefined;
  const block = blockText(spec, { [String(path.at(-1))]: value }, indentOf(spec.text, startOf(key)));
  return cut(
    spec.text,
    startOf(key),
    node && (!isScalar(node) || hasOwnText(node)) ? endOf(node) : endOf(key) + 1,
    block,
  );
}

/** The text without `path`, and without the maps that it leaves empty. */
export function spliceRemoval(spec: SpecText, path: SpecPath): string | undefined {
  const entry = entryAt(spec.document, path);
  const parent = entryAt(spec.document, path.slice(0, -1))?.value;
  if (!entry?.key || !isMap<Node, Node | null>(parent)) return undefined;
  if (parent.items.length === 1 && path.length > 1) return spliceRemoval(spec, path.slice(0, -1));
  const end = entry.value ? endOf(entry.value) : endOf(entry.key) + 1;
  if (parent.flow) return removeFromFlow(spec, parent, entry.key, end);
  const { text } = spec;
  if (!isOnItsOwnLine(text, startOf(entry.key))) return undefined;
  const from = text.lastIndexOf('\n', startOf(entry.key) - 1) + 1;
  const lineEnd = text.indexOf('\n', lastOffset(text, end));
  return cut(text, from, lineEnd < 0 ? text.length : lineEnd + 1, '');
}

/** Puts a new key behind the last one of the nearest map that is there. */
function insert(spec: SpecText, path: SpecPath, value: unknown): string | undefined {
  const { text, document } = spec;
  let depth = path.length - 1;
  while (depth > 0 && !entryAt(document, path.slice(0, depth))) depth -= 1;
  const holder = entryAt(document, path.slice(0, depth));
  const nested = path.slice(depth).reduceRight<unknown>((inner, key) => ({ [String(key)]: inner }), value);
  const node = holder?.value;
  if (isMap<Node, Node | null>(node)) return insertInMap(spec, node, nested);
  if (node && !(isScalar(node) && node.value === null)) return spliceValue(spec, path.slice(0, depth), nested);
  if (depth === 0)
    return `${text}${text === '' || text.endsWith('\n') ? '' : newline(text)}${blockText(spec, nested, '')}${newline(text)}`;
  // A key with nothing after it: `network:` and perhaps a comment.
  if (!holder?.key || (isScalar(node) && hasOwnText(node))) return undefined;
  const indent = `${indentOf(text, startOf(holder.key))}  `;
  const at = endOfLine(text, endOf(holder.key));
  return cut(text, at, at, `${newline(text)}${indent}${blockText(spec, nested, indent)}`);
}

function insertInMap(spec: SpecText, map: YAMLMap<Node, Node | null>, nested: unknown): string | undefined {
  const { text } = spec;
  const [first] = map.items;
  const last = map.items.at(-1);
  if (map.flow) {
    const inner = flowText(nested).slice(1, -1).trim();
    if (!last) return cut(text, startOf(map), endOf(map), flowText(nested));
    const at = endOf(last.value ?? last.key);
    return cut(text, at, at, `, ${inner}`);
  }
  if (!first || !last) return undefined;
  const indent = indentOf(text, startOf(first.key));
  const at = endOfLine(text, lastOffset(text, endOf(last.value ?? last.key)));
  return cut(text, at, at, `${newline(text)}${indent}${blockText(spec, nested, indent)}`);
}

function removeFromFlow(
  { text }: SpecText,
  map: YAMLMap<Node, Node | null>,
  key: Node,
  end: number,
): string | undefined {
  const index = map.items.findIndex(item => item.key === key);
  const before = map.items[index - 1];
  const after = map.items[index + 1];
  if (before) return cut(text, endOf(before.value ?? before.key), end, '');
  return after ? cut(text, startOf(key), startOf(after.key), '') : undefined;
}

function replaceScalar({ text }: SpecText, node: Scalar, value: unknown): string | undefined {
  if (node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL || node.tag !== undefined)
    return undefined;
  const quoted = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE ? node.type : undefined;
  const scalar = new Scalar(value);
  if (quoted && typeof value === 'string') scalar.type = quoted;
  return cut(text, startOf(node), endOf(node), flowText([scalar]).slice(1, -1).trim());
}

/** The end of what a node says; comments behind it are not its own. */
function endOf(node: Node): number {
  if (!isFlow(node)) {
    if (isMap<Node, Node | null>(node)) {
      const last = node.items.at(-1);
      if (last)
        return last.value && !(isScalar(last.value) && !hasOwnText(last.value))
          ? endOf(last.value)
          : endOf(last.key) + 1;
    }
    if (isSeq(node)) {
      const last = node.items.at(-1);
      if (isNode(last)) return endOf(last);
    }
  }
  return node.range?.[1] ?? 0;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function isFlow(node: Node): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

function hasOwnText(node: Scalar): boolean {
  return node.source !== '' || node.type !== Scalar.PLAIN;
}

/** A block scalar ends with the line break behind it. */
function lastOffset(text: string, end: number): number {
  return text[end - 1] === '\n' ? end - 1 : end;
}

function endOfLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at < 0) return text.length;
  return text[at - 1] === '\r' ? at - 1 : at;
}

function indentOf(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).replace(/\S/g, ' ');
}

function isOnItsOwnLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

function newline(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function blockText({ text }: SpecText, value: unknown, indent: string): string {
  return stringify(value, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .join(`${newline(text)}${indent}`);
}

function flowText(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();
}

function cut(text: string, from: number, to: number, replacement: string): string {
  return text.slice(0, from) + replacement + text.slice(to);
}
