import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import type { Position, SpecProblem } from './clusterSpec.ts';
import type { SpecPath } from './specPath.ts';
import { visibleText } from './visibleText.ts';

/** Above this a file is not read: a spec of every field with comments is under 8 KB. */
export const largestSpec = 64 * 1024;

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A spec's text with its YAML document; offsets and positions are those of the text without a byte order mark. */
export interface SpecText {
  readonly text: string;
  readonly document: Document.Parsed<ParsedNode>;
  readonly lines: LineCounter;
}

export function readSpecText(source: string): SpecText {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return { text, document, lines };
}

export function rangeOf({ text, lines }: Pick<SpecText, 'text' | 'lines'>, from: number, to: number): Range {
  const position = (offset: number): Position => {
    const at = Math.max(0, Math.min(offset, text.length));
    const { line, col } = lines.linePos(at);
    return { line: Math.max(line, 1), column: Math.max(col, 1), offset: at };
  };
  return { start: position(from), end: position(Math.max(from, to)) };
}

interface Entry {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/** The key and value at a path; undefined where the text does not have it. */
export function entryAt(document: Document.Parsed<ParsedNode>, path: SpecPath): Entry | undefined {
  let entry: Entry = { key: undefined, value: document.contents ?? undefined };
  for (const part of path) {
    const parent: Node | undefined = entry.value;
    if (isMap<Node, Node | null>(parent)) {
      const pair = parent.items.find(item => isScalar(item.key) && String(item.key.value) === String(part));
      if (!pair) return undefined;
      entry = { key: pair.key, value: pair.value ?? undefined };
    } else if (isSeq<Node>(parent) && typeof part === 'number') {
      const value = parent.items[part];
      if (!value) return undefined;
      entry = { key: undefined, value };
    } else {
      return undefined;
    }
  }
  return entry;
}

/** Where to point for a path: its value (or key), else the key of the nearest thing around it that is there, else the first line. */
export function locate(spec: SpecText, path: SpecPath, at: 'key' | 'value' = 'value'): Range {
  const entry = entryAt(spec.document, path);
  const node = at === 'key' ? entry?.key : (pointable(entry?.value) ?? entry?.key);
  if (node?.range) return rangeOf(spec, node.range[0], node.range[1]);
  if (path.length > 0) return locate(spec, path.slice(0, -1), 'key');
  const first = spec.document.contents?.range?.[0] ?? 0;
  return rangeOf(spec, first, endOfLine(spec.text, first));
}

/** Blocks are marked by their key, what stands on one line by itself. */
function pointable(node: Node | undefined): Node | undefined {
  if (isScalar(node)) return node.source === '' ? undefined : node;
  return (isMap(node) || isSeq(node)) && node.flow === true ? node : undefined;
}

function endOfLine(text: string, offset: number): number {
  const end = text.slice(offset).search(/\r?\n/);
  return end < 0 ? text.length : offset + end;
}

export function fileProblem(
  spec: Pick<SpecText, 'text' | 'lines'>,
  message: string,
  seen: string,
  allowed: string,
  from = 0,
): SpecProblem {
  const told = { message: visibleText(message), seen: visibleText(seen), allowed };
  return { severity: 'error', path: '', ...told, ...rangeOf(spec, from, endOfLine(spec.text, from)) };
}
