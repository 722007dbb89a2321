import { isScalar, isSeq, type CST, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { PrivateEksError } from '../../errors.ts';
import { blockItem, flowText } from './entryText.ts';
import { listPair, type KubeconfigDocument } from './kubeconfigDocument.ts';
import { entryItem, type EntryList, type KubeconfigEntry } from './kubeconfigEntry.ts';

/** What was put into a file for one entry, to be taken out again. */
export interface MergedPart {
  /** `head`: the two lines with which a kubeconfig begins, in a file that was empty. */
  readonly list: EntryList | 'head';
  readonly entry?: KubeconfigEntry;
  /** Empty where the list, which came with a merge that is undone already, is to go with this entry: see `inherited`. */
  readonly inserted: string;
  /** What stood in its place: an empty list, or nothing. */
  readonly removed: string;
  /** The list's key was not there before. */
  readonly isNewList: boolean;
}

export interface Splice extends MergedPart {
  readonly at: number;
}

/** Two ways to write the same, should the first not fit what stands around it. */
export interface Style {
  readonly newKeys: 'last' | 'first';
  readonly flow: 'lines' | 'inline';
}

/** Where in the text which lines are to be put, one place per entry. */
export function splicesFor(
  document: KubeconfigDocument,
  entries: readonly KubeconfigEntry[],
  style: Style,
  file: string,
): Splice[] {
  const { root } = document;
  if (!root) {
    const head = { list: 'head', removed: '', isNewList: false } as const;
    const lines = appended(document, ['apiVersion: v1', 'kind: Config'], document.end);
    return [{ ...head, inserted: lines, at: document.end }, ...entries.map(one => newBlockList(document, one, style))];
  }
  const missing = entries.filter(({ list }) => !listPair(document, list));
  return entries.map(entry => {
    const pair = listPair(document, entry.list);
    if (!pair)
      return root.flow
        ? newFlowList(document, root, entry, missing.at(-1) === entry, style)
        : newBlockList(document, entry, style);
    if (isSeq(pair.value)) {
      const { value: seq } = pair;
      if (!seq.flow) return intoBlockList(document, pair, seq, entry);
      if (seq.items.length === 0 && !root.flow)
        return insteadOfNothing(document, pair, root, entry) ?? intoFlowList(document, seq, entry, style);
      return intoFlowList(document, seq, entry, style);
    }
    if (isScalar(pair.value) && pair.value.value === null) {
      const splice = root.flow ? undefined : insteadOfNothing(document, pair, root, entry);
      return splice ?? insteadOfNull(pair, entry, file);
    }
    throw unsupported(file, `${entry.list} is not a list that stands there itself`);
  });
}

/** After the line of the key, before all that stands below it: a comment stays with what it speaks of. */
function intoBlockList(document: KubeconfigDocument, pair: Pair, seq: YAMLSeq, entry: KubeconfigEntry): Splice {
  const token = seq.srcToken as CST.BlockSequence;
  const indent = ' '.repeat(token.indent);
  const dash = token.items[0]?.start.find(({ type }) => type === 'seq-item-ind')?.offset ?? token.offset;
  const lines = blockItem(entryItem(entry), indent);
  const line = lineEnd(document.text, afterProperties(pair));
  const part = { list: entry.list, entry, removed: '', isNewList: false };
  if (line !== undefined && line <= dash)
    return { ...part, at: line, inserted: lines.map(one => `${one}${document.eol}`).join('') };
  // `: - first`, on the line of an explicit key's colon.
  return { ...part, at: dash, inserted: `${lines.join(document.eol).trimStart()}${document.eol}${indent}` };
}

/** `clusters:`, `clusters: null` and `clusters: []` become a list with one item per line, unless something else stands on the line. */
function insteadOfNothing(
  document: KubeconfigDocument,
  pair: Pair,
  root: YAMLMap,
  entry: KubeconfigEntry,
): Splice | undefined {
  const { text, eol } = document;
  const value = pair.value as { range?: [number, number, number] | null };
  const [start = 0, end = 0] = value.range ?? [];
  const colon = afterProperties(pair);
  const tokens = (pair.srcToken as { sep?: CST.SourceToken[] } | undefined)?.sep ?? [];
  const isExplicitKey = tokens.some(({ type, offset }) => type === 'newline' && offset < colon);
  if (isExplicitKey || (start > colon && /[^ \t]/.test(text.slice(colon, start)))) return undefined;
  const from = Math.min(colon, start);
  const to = Math.max(colon, end);
  const rest = /[^\r\n]*/y;
  rest.lastIndex = to;
  const isImplicit = start === end;
  if (!isImplicit && /\S/.test(rest.exec(text)?.[0] ?? '')) return undefined;
  const lines = blockItem(entryItem(entry), ' '.repeat((root.srcToken as CST.BlockMap).indent));
  const part = { list: entry.list, entry, isNewList: false };
  if (!isImplicit) return { ...part, at: from, removed: text.slice(from, to), inserted: `${eol}${lines.join(eol)}` };
  const line = lineEnd(text, to);
  if (line === undefined) return undefined;
  return { ...part, at: line, removed: '', inserted: appended(document, lines, line) };
}

/** `null`, or nothing after the colon, becomes a list on one line. */
function insteadOfNull(pair: Pair, entry: KubeconfigEntry, file: string): Splice {
  const { range, source } = pair.value as { range?: [number, number, number] | null; source?: string };
  const [start = 0, end = 0] = range ?? [];
  const colon = afterProperties(pair);
  const part = { list: entry.list, entry, isNewList: false };
  const list = `[${flowText(entryItem(entry))}]`;
  if (start !== end) return { ...part, at: start, removed: source ?? 'null', inserted: list };
  if (colon === 0) throw unsupported(file, `${entry.list} has no value`);
  return { ...part, at: colon, removed: '', inserted: ` ${list}` };
}

/** First in the list, where neither a comma at its end nor a comment can be in the way. */
function intoFlowList({ text }: KubeconfigDocument, seq: YAMLSeq, entry: KubeconfigEntry, style: Style): Splice {
  const at = (seq.srcToken as CST.FlowCollection).offset + 1;
  const inserted = firstInFlow(text, at, flowText(entryItem(entry)), seq.items.length > 0, style);
  return { list: entry.list, entry, removed: '', isNewList: false, at, inserted };
}

function newFlowList(
  { text }: KubeconfigDocument,
  root: YAMLMap,
  entry: KubeconfigEntry,
  isLast: boolean,
  style: Style,
): Splice {
  const at = (root.srcToken as CST.FlowCollection).offset + 1;
  const list = `"${entry.list}": [${flowText(entryItem(entry))}]`;
  const inserted = firstInFlow(text, at, list, root.items.length > 0 || !isLast, style);
  return { list: entry.list, entry, removed: '', isNewList: true, at, inserted };
}

function firstInFlow(text: string, at: number, item: string, isFollowed: boolean, style: Style): string {
  const line = /[ \t]*(\r?\n[ \t]*)/y;
  line.lastIndex = at;
  const newLine = style.flow === 'lines' ? line.exec(text)?.[1] : undefined;
  if (!isFollowed) return item;
  return newLine === undefined ? `${item}, ` : `${newLine}${item},`;
}

function newBlockList(document: KubeconfigDocument, entry: KubeconfigEntry, style: Style): Splice {
  const token = document.root?.srcToken as CST.BlockMap | undefined;
  const indent = ' '.repeat(token?.indent ?? 0);
  const lines = [`${indent}${entry.list}:`, ...blockItem(entryItem(entry), indent)];
  const part = { list: entry.list, entry, removed: '', isNewList: true };
  if (style.newKeys === 'last' || !token)
    return { ...part, at: document.end, inserted: appended(document, lines, document.end) };
  const at = document.text.lastIndexOf('\n', token.offset - 1) + 1;
  return { ...part, at, inserted: lines.map(line => `${line}${document.eol}`).join('') };
}

/** Whole lines; where the text before them ends without a line break, it ends without one afterwards. */
function appended({ text, eol }: KubeconfigDocument, lines: readonly string[], at: number): string {
  const isLineStart = at === 0 || text[at - 1] === '\n';
  return isLineStart ? lines.map(line => `${line}${eol}`).join('') : lines.map(line => `${eol}${line}`).join('');
}

/** After the colon, and after an anchor or a tag of what follows it. */
function afterProperties(pair: Pair): number {
  const tokens = (pair.srcToken as { sep?: CST.SourceToken[] } | undefined)?.sep ?? [];
  const last = tokens.findLast(({ type }) => type === 'map-value-ind' || type === 'anchor' || type === 'tag');
  return last ? last.offset + last.source.length : 0;
}

/** The beginning of the next line; the end of the text where there is none; undefined where more than a comment follows. */
function lineEnd(text: string, from: number): number | undefined {
  const rest = /[ \t]*(?:(?<=[ \t])#[^\n]*)?(?:\r?\n|$)/y;
  rest.lastIndex = from;
  return rest.test(text) ? rest.lastIndex : undefined;
}

export function spliced(text: string, splices: readonly Splice[]): string {
  let result = '';
  let from = 0;
  // A stable sort: what goes to one place keeps its order.
  for (const { at, inserted, removed } of splices.toSorted((a, b) => a.at - b.at)) {
    result += text.slice(from, at) + inserted;
    from = at + removed.length;
  }
  return result + text.slice(from);
}

export function unsupported(file: string, why: string): PrivateEksError {
  return new PrivateEksError('kubeconfig-unsupported', `Nothing can be merged into ${file}: ${why}.`, {
    fix: 'Use the cluster’s own kubeconfig: put its path into KUBECONFIG beside this one.',
  });
}
