import {
  byteOrderMark,
  dataBesides,
  findEntry,
  listPair,
  readKubeconfig,
  readKubeconfigOrThrow,
  sameData,
  type KubeconfigDocument,
} from './kubeconfigDocument.ts';
import { entryWord, type EntryList, type KubeconfigEntry } from './kubeconfigEntry.ts';
import { cutsFor } from './entryCuts.ts';
import type { MergedPart } from './entrySplices.ts';

export interface KeptEntry {
  readonly list: EntryList;
  readonly name: string;
  /** `LINE:COLUMN` in the text that is given back. */
  readonly place: string;
  readonly reason: 'changed' | 'entangled';
}

export interface UnmergeResult {
  readonly text: string;
  readonly removed: readonly KubeconfigEntry[];
  /** Entries that somebody changed since, or that cannot be taken out without changing others: they are left. */
  readonly kept: readonly KeptEntry[];
  /** Names of contexts that still speak of a cluster or a user that was taken out. */
  readonly dangling: readonly string[];
  /** `current-context` names a context that was taken out; it is left, as kubectl leaves it. */
  readonly isCurrentGone: boolean;
  /** Nothing is left but what every kubeconfig has. */
  readonly isBare: boolean;
}

/**
 * Takes out what `mergeKubeconfig` put in. Where nobody touched the entries, the text around them stays as it is, byte for byte, whatever
 * else was edited; where a tool wrote the whole file anew, the entries are found by name and go as items of their lists.
 * @throws PrivateEksError `kubeconfig-unreadable`
 */
export function unmergeKubeconfig(text: string, parts: readonly MergedPart[], file: string): UnmergeResult {
  if (text.startsWith(byteOrderMark)) {
    const result = unmergeKubeconfig(text.slice(1), parts, file);
    return { ...result, text: `${byteOrderMark}${result.text}` };
  }
  if (text.startsWith(byteOrderMark)) {
    const result = unmergeKubeconfig(text.slice(1), parts, file);
    return { ...result, text: `${byteOrderMark}${result.text}` };
  }
  const start = readKubeconfigOrThrow(text, file);
  const ours = parts.flatMap(({ entry }) => (entry ? [entry] : []));
  const present = ours.filter(({ list, name }) => findEntry(start, list, name));
  const changed = present.filter(entry => !isUnchanged(findEntry(start, entry.list, entry.name)?.value, entry.value));
  const going = present.filter(entry => !changed.includes(entry));
  const entangled: KubeconfigEntry[] = [];
  const atOnce = allVerbatim(start, parts, going);
  let document: KubeconfigDocument = atOnce ?? start;
  if (!atOnce)
    for (const entry of going) {
      const part = parts.find(one => one.entry === entry);
      const without = part && (verbatim(document, [part], [entry]) ?? structural(document, part, entry));
      if (without) document = without;
      else entangled.push(entry);
    }
  document = withoutHead(document, parts) ?? document;
  const removed = going.filter(entry => !entangled.includes(entry));
  return {
    text: document.text,
    removed,
    kept: [...keptOf(document, changed, 'changed'), ...keptOf(document, entangled, 'entangled')],
    ...leftovers(document, removed),
    isBare: isBare(document, removed),
  };
}

/** Every field that is there is as we wrote it; older tools leave out fields that they do not know. */
function isUnchanged(value: unknown, ours: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(ours))
    return Array.isArray(value) && value.length === ours.length && ours.every((one, at) => isUnchanged(value[at], one));
  if (typeof ours !== 'object' || ours === null) return value === ours;
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  const fields = ours as Record<string, unknown>;
  return Object.entries(value).every(
    ([key, one]) => one === null || (Object.hasOwn(fields, key) && isUnchanged(one, fields[key])),
  );
}

function allVerbatim(
  document: KubeconfigDocument,
  parts: readonly MergedPart[],
  going: readonly KubeconfigEntry[],
): KubeconfigDocument | undefined {
  const chosen = parts.filter(({ entry }) => entry && going.includes(entry));
  return verbatim(document, chosen, going);
}

/** The very text that was inserted, replaced by what stood there. */
function verbatim(
  document: KubeconfigDocument,
  parts: readonly MergedPart[],
  entries: readonly KubeconfigEntry[],
): KubeconfigDocument | undefined {
  let { text } = document;
  for (const { inserted, removed } of parts) {
    const at = text.indexOf(inserted);
    if (inserted === '' || at < 0 || text.includes(inserted, at + 1)) return undefined;
    text = text.slice(0, at) + removed + text.slice(at + inserted.length);
  }
  return checked(document, text, entries);
}

/** The item as a tool that wrote the file anew has put it; with its list, where that was ours and is empty now. */
function structural(
  document: KubeconfigDocument,
  part: MergedPart,
  entry: KubeconfigEntry,
): KubeconfigDocument | undefined {
  const found = findEntry(document, entry.list, entry.name);
  const pair = listPair(document, entry.list);
  if (!found || !pair) return undefined;
  const { text } = document;
  for (const { from, to, put } of cutsFor(document, pair, found, part)) {
    const result = checked(document, text.slice(0, from) + put + text.slice(to), [entry]);
    if (result) return result;
  }
  return undefined;
}

/** The new text, if it says what the old one says without these entries and is otherwise the same. */
function checked(
  before: KubeconfigDocument,
  text: string,
  entries: readonly KubeconfigEntry[],
): KubeconfigDocument | undefined {
  const read = readKubeconfig(text);
  if (!('document' in read)) return undefined;
  const { document } = read;
  if (entries.some(({ list, name }) => findEntry(document, list, name))) return undefined;
  return sameData(dataBesides(document.data, []), dataBesides(before.data, entries)) ? document : undefined;
}

/** The first two lines go again where nothing else came to stand below them. */
function withoutHead(document: KubeconfigDocument, parts: readonly MergedPart[]): KubeconfigDocument | undefined {
  const head = parts.find(({ list }) => list === 'head');
  if (!head || !sameData(dataBesides(document.data, []), { apiVersion: 'v1', kind: 'Config' })) return undefined;
  const at = document.text.indexOf(head.inserted);
  if (at < 0) return undefined;
  const read = readKubeconfig(document.text.slice(0, at) + document.text.slice(at + head.inserted.length));
  return 'document' in read && !read.document.root ? read.document : undefined;
}

function keptOf(
  document: KubeconfigDocument,
  entries: readonly KubeconfigEntry[],
  reason: KeptEntry['reason'],
): KeptEntry[] {
  return entries.map(({ list, name }) => {
    const node = findEntry(document, list, name)?.node;
    return { list, name, reason, place: document.place(node?.range?.[0] ?? 0) };
  });
}

function leftovers({ data }: KubeconfigDocument, removed: readonly KubeconfigEntry[]) {
  const isGone = (list: EntryList, name: unknown) => removed.some(one => one.list === list && one.name === name);
  const contexts = Array.isArray(data['contexts']) ? (data['contexts'] as unknown[]) : [];
  const dangling = contexts.flatMap(item => {
    const { name, context } = (item ?? {}) as { name?: unknown; context?: Record<string, unknown> | null };
    const speaks = (['clusters', 'users'] as const).some(list => isGone(list, context?.[entryWord(list)]));
    return speaks && typeof name === 'string' ? [name] : [];
  });
  return { dangling, isCurrentGone: isGone('contexts', data['current-context']) };
}

function isBare({ data }: KubeconfigDocument, removed: readonly KubeconfigEntry[]): boolean {
  const { apiVersion: _, kind: _1, preferences, 'current-context': current, ...rest } = dataBesides(data, []);
  const isOurs = removed.some(({ list, name }) => list === 'contexts' && name === current);
  const isUnset = current === undefined || current === null || current === '' || isOurs;
  const isPlain = preferences === undefined || preferences === null || Object.keys(preferences).length === 0;
  return Object.keys(rest).length === 0 && isUnset && isPlain;
}
