import { isSeq, isScalar, type CST, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { PrivateEksError } from '../../errors.ts';
import { blockItem, flowText } from './entryText.ts';
import {
  dataBesides,
  findEntry,
  listPair,
  readKubeconfig,
  readKubeconfigOrThrow,
  sameData,
  type KubeconfigDocument,
} from './kubeconfigDocument.ts';
import { entryItem, entryWord, type EntryList, type KubeconfigEntry } from './kubeconfigEntry.ts';
import { seenOf } from './seenOf.ts';

/** What was put into a file for one entry, to be taken out again. */
export interface MergedPart {
  /** `head`: the two lines with which a kubeconfig begins, in a file that was empty. */
  readonly list: EntryList | 'head';
  readonly entry?: KubeconfigEntry;
  readonly inserted: string;
  /** What stood in its place: an empty list, or nothing. */
  readonly removed: string;
  /** The list's key was not there before. */
  readonly isNewList: boolean;
}

export interface MergeResult {
  readonly text: string;
  readonly parts: readonly MergedPart[];
}

interface Splice extends MergedPart {
  readonly at: number;
}

/** Two ways to write the same, should the first not fit what stands around it. */
interface Style {
  readonly newKeys: 'last' | 'first';
  readonly flow: 'lines' | 'inline';
}

const styles: readonly Style[] = [
  { newKeys: 'last', flow: 'lines' },
  { newKeys: 'first', flow: 'lines' },
  { newKeys: 'last', flow: 'inline' },
  { newKeys: 'first', flow: 'inline' },
];

/**
 * Puts entries into a kubeconfig's text. Nothing else in it changes, byte for byte: comments, order, quotes, anchors, line endings,
 * `current-context`. The result is read again before it is given; a file in which the entries would change what others mean is refused.
 * @throws PrivateEksError `kubeconfig-unreadable`, `kubeconfig-name-taken`, `kubeconfig-unsupported`
 */
export function mergeKubeconfig(text: string, entries: readonly KubeconfigEntry[], file: string): MergeResult {
  const document = readKubeconfigOrThrow(text, file);
  for (const entry of entries) refuseTaken(document, entry, file);
  for (const style of styles) {
    if (style.newKeys === 'last' && endsInBlockText(text)) continue;
    const splices = splicesFor(document, entries, style, file);
    const merged = spliced(text, splices);
    if (isFaithful(document, merged, entries))
      return { text: merged, parts: splices.map(({ at: _, ...part }) => part) };
  }
  throw unsupported(file, 'what stands in it would mean something else with entries added');
}

/** A block text that ends with the file, without a line break, would get one from whatever comes after it. */
function endsInBlockText(text: string): boolean {
  return !text.endsWith('\n') && /[|>][-+\d]*[ \t]*(?:#.*)?\r?$/m.test(text);
}

function refuseTaken(document: KubeconfigDocument, { list, name }: KubeconfigEntry, file: string): void {
  const found = findEntry(document, list, name);
  if (!found) return;
  throw new PrivateEksError(
    'kubeconfig-name-taken',
    `${file}:${document.place(found.node.range?.[0] ?? 0)}: there is a ${entryWord(list)} "${name}" already (${seenOf(list, found.value)}), and it is not ours.`,
    { fix: 'Rename it, or merge under another name. Nothing was written.' },
  );
}

function isFaithful(before: KubeconfigDocument, merged: string, entries: readonly KubeconfigEntry[]): boolean {
  const read = readKubeconfig(merged);
  if (!('document' in read)) return false;
  const { document } = read;
  const head = before.root ? {} : { apiVersion: 'v1', kind: 'Config' };
  return (
    entries.every(({ list, name, value }) => sameData(findEntry(document, list, name)?.value, value)) &&
    sameData(dataBesides(document.data, entries), { ...head, ...dataBesides(before.data, []) })
  );
}

function splicesFor(
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
    if (!pair) return root.flow ? newFlowList(document, root, entry, missing.at(-1) === entry, style) : newBlockList(document, entry, style);
    if (isSeq(pair.value)) {
      const { value: seq } = pair;
      if (!seq.flow) return intoBlockList(document, pair, seq, entry);
      if (seq.items.length === 0 && !root.flow) return insteadOfNothing(document, pair, root, entry) ?? intoFlowList(document, seq, entry, style);
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
  if (!isImplicit)
    return { ...part, at: from, removed: text.slice(from, to), inserted: `${eol}${lines.join(eol)}` };
  const line = lineEnd(text, to);
  if (line === undefined) return undefined;
  return { ...part, at: line, removed: '', inserted: appended(document, lines, line) };
}

function insteadOfNull(pair: Pair, entry: KubeconfigEntry, file: string): Splice {
  const [start = 0, end = 0] = (pair.value as { range?: [number, number, number] | null }).range ?? [];
  if (start === end) throw unsupported(file, `${entry.list} has no value`);
  return {
    list: entry.list,
    entry,
    isNewList: false,
    at: start,
    removed: (pair.value as { source?: string }).source ?? 'null',
    inserted: `[${flowText(entryItem(entry))}]`,
  };
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
  const isLineStart = at === 0 || text[at - 1] === '\n' || (at === 1 && text.startsWith('\uFEFF'));
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

function spliced(text: string, splices: readonly Splice[]): string {
  let result = '';
  let from = 0;
  // A stable sort: what goes to one place keeps its order.
  for (const { at, inserted, removed } of splices.toSorted((a, b) => a.at - b.at)) {
    result += text.slice(from, at) + inserted;
    from = at + removed.length;
  }
  return result + text.slice(from);
}

function unsupported(file: string, why: string): PrivateEksError {
  return new PrivateEksError('kubeconfig-unsupported', `Nothing can be merged into ${file}: ${why}.`, {
    fix: 'Use the cluster’s own kubeconfig: put its path into KUBECONFIG beside this one.',
  });
}
