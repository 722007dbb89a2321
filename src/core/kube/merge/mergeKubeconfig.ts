import { PrivateEksError } from '../../errors.ts';
import { spliced, splicesFor, unsupported, type MergedPart, type Style } from './entrySplices.ts';
import {
  byteOrderMark,
  dataBesides,
  findEntry,
  readKubeconfig,
  readKubeconfigOrThrow,
  sameData,
  type KubeconfigDocument,
} from './kubeconfigDocument.ts';
import { entryWord, type KubeconfigEntry } from './kubeconfigEntry.ts';
import { seenOf } from './seenOf.ts';

export interface MergeResult {
  readonly text: string;
  readonly parts: readonly MergedPart[];
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
  if (text.startsWith(byteOrderMark)) {
    const { text: merged, parts } = mergeKubeconfig(text.slice(1), entries, file);
    return { text: `${byteOrderMark}${merged}`, parts };
  }
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
