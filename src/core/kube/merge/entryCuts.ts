import { isMap, isScalar, type CST, type Node, type Pair } from 'yaml';
import type { MergedPart } from './entrySplices.ts';
import type { FoundEntry, KubeconfigDocument } from './kubeconfigDocument.ts';

/** `text.slice(from, to)` is to become `put`. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  readonly put: string;
}

/** Ways to take an item out of its list, the best first; the list goes with its last item where it came with one of ours. */
export function cutsFor(document: KubeconfigDocument, pair: Pair, found: FoundEntry, part: MergedPart): Cut[] {
  return found.seq.items.length === 1 ? cutLast(document, pair, found, part) : cutOne(document, found);
}

function cutOne({ text, eol }: KubeconfigDocument, { seq, index, node }: FoundEntry): Cut[] {
  if (seq.flow) {
    const end = node.range?.[1] ?? 0;
    const next = (seq.items[index + 1] as Node | undefined)?.range?.[0];
    const before = (seq.items[index - 1] as Node | undefined)?.range?.[1];
    const from = next === undefined ? (before ?? end) : (node.range?.[0] ?? end);
    return [{ from, to: next ?? end, put: '' }];
  }
  const dash = dashOf(seq.srcToken as CST.BlockSequence, index);
  const from = text.lastIndexOf('\n', dash - 1) + 1;
  const to = contentEnd(text, node, dash - from);
  return [{ from: isOpenEnd(text, to) ? from - eol.length : from, to, put: '' }];
}

function cutLast(document: KubeconfigDocument, pair: Pair, { seq, node }: FoundEntry, part: MergedPart): Cut[] {
  const { text, eol, root } = document;
  const keyStart = (pair.key as Node).range?.[0] ?? 0;
  // `null` or `[]`, as it was.
  const empty = part.removed.trim() || '[]';
  if (seq.flow) {
    const { offset, end } = seq.srcToken as CST.FlowCollection;
    const close = end.find(({ type }) => type === 'flow-seq-end')?.offset ?? offset;
    const at = root?.items.indexOf(pair) ?? -1;
    const next = (root?.items[at + 1]?.key as Node | undefined)?.range?.[0];
    const before = (root?.items[at - 1]?.value as Node | undefined)?.range?.[1];
    const [from, to] = next === undefined ? [before ?? keyStart, close + 1] : [keyStart, next];
    return [
      ...(part.isNewList && root?.flow ? [{ from, to, put: '' }] : []),
      { from: offset, to: close + 1, put: empty },
    ];
  }
  const dash = dashOf(seq.srcToken as CST.BlockSequence, 0);
  const to = contentEnd(text, node, dash - (text.lastIndexOf('\n', dash - 1) + 1));
  const line = text.lastIndexOf('\n', keyStart - 1) + 1;
  const tokens = (pair.srcToken as { sep?: CST.SourceToken[] } | undefined)?.sep ?? [];
  const colon = (tokens.find(({ type }) => type === 'map-value-ind')?.offset ?? keyStart) + 1;
  const isWholeLine = text.slice(line, keyStart).trim() === '';
  return [
    ...(part.isNewList && isWholeLine
      ? [{ from: isOpenEnd(text, to) && line > 0 ? line - eol.length : line, to, put: '' }]
      : []),
    { from: colon, to, put: ` ${empty}${text[to - 1] === '\n' ? eol : ''}` },
  ];
}

/** A file that ends without a line break does so afterwards. */
function isOpenEnd(text: string, to: number): boolean {
  return to === text.length && text[to - 1] !== '\n';
}

function dashOf(token: CST.BlockSequence, index: number): number {
  const start = token.items[index]?.start ?? [];
  return start.find(({ type }) => type === 'seq-item-ind')?.offset ?? token.offset;
}

/** The beginning of the line after a block item; comments that are indented deeper than its dash are its own. */
function contentEnd(text: string, node: Node, column: number): number {
  let at = lastLeaf(node);
  if (text[at - 1] !== '\n') {
    const line = text.indexOf('\n', at);
    at = line < 0 ? text.length : line + 1;
  }
  for (;;) {
    const comment = /((?:[ \t]*\r?\n)*)([ \t]*)#[^\n]*(?:\n|$)/y;
    comment.lastIndex = at;
    const found = comment.exec(text);
    if (!found || (found[2] ?? '').length <= column) return at;
    at = comment.lastIndex;
  }
}

function lastLeaf(node: Node): number {
  if (isMap(node) && !node.flow && node.items.length > 0) {
    const pair = node.items.at(-1);
    const value = pair?.value as Node | null | undefined;
    if (value?.range && !(isScalar(value) && value.range[0] === value.range[1])) return lastLeaf(value);
    return Math.max(((pair?.key ?? node) as Node).range?.[1] ?? 0, value?.range?.[0] ?? 0);
  }
  const items = (node as { items?: Node[]; flow?: boolean }).items;
  const last = items?.at(-1);
  if (last?.range && !(node as { flow?: boolean }).flow) return lastLeaf(last);
  return node.range?.[1] ?? 0;
}
