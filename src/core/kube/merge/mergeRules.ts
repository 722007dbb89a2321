import { PrivateEksError } from '../../errors.ts';
import { readKubeconfigFile } from './kubeconfigBytes.ts';
import { byteOrderMark, findEntry, readKubeconfig } from './kubeconfigDocument.ts';
import { entryWord, type KubeconfigEntry } from './kubeconfigEntry.ts';
import type { MergeRecord } from './mergeRecord.ts';

/**
 * A list, or a file, that came with one merge and is in use by others goes with the last of them: what is known of its beginning is
 * handed on.
 */
export function inherited(gone: MergeRecord, others: readonly MergeRecord[]): MergeRecord[] {
  const heirs = others.map(record => ({ ...record, parts: [...record.parts] }));
  for (const part of gone.parts) {
    const { list, isNewList, removed } = part;
    if (list === 'head') heirs[0]?.parts.push(part);
    else if (isNewList || removed !== '') {
      const heir = heirs.find(({ parts }) => parts.some(one => one.list === list));
      if (heir)
        heir.parts = heir.parts.map(one => (one.list === list ? { ...one, isNewList, removed, inserted: '' } : one));
    }
  }
  return heirs.map((heir, at) => ({ ...heir, isNewFile: heir.isNewFile || (at === 0 && gone.isNewFile) }));
}

/** Of a name that two files define kubectl takes the first, or worse, the cluster of one and the user of the other. */
export async function refuseShadowed(file: string, entries: readonly KubeconfigEntry[]): Promise<void> {
  const { text } = await readKubeconfigFile(file).catch(() => ({ text: undefined }));
  const read = text === undefined ? undefined : readKubeconfig(text.replace(byteOrderMark, ''));
  if (!read || !('document' in read)) return;
  for (const { list, name } of entries) {
    const found = findEntry(read.document, list, name);
    if (!found) continue;
    const place = `${file}:${read.document.place(found.node.range?.[0] ?? 0)}`;
    throw new PrivateEksError(
      'kubeconfig-name-taken',
      `${place}: this file of KUBECONFIG has a ${entryWord(list)} "${name}" already.`,
      { fix: 'Take it out there, or merge under another name. Nothing was written.' },
    );
  }
}

/** Under another name: a context speaks of a cluster and a user of its own name. */
export function renamed(entry: KubeconfigEntry, name: string): KubeconfigEntry {
  return entry.list === 'contexts' ? { ...entry, name, value: { cluster: name, user: name } } : { ...entry, name };
}

/** The entries of another role or profile are brought up to date by a tunnel or a command of that one. */
export function isSameCaller({ parts }: MergeRecord, entries: readonly KubeconfigEntry[]): boolean {
  const user = (all: readonly (KubeconfigEntry | undefined)[]) => all.find(one => one?.list === 'users');
  const environment = (value: unknown) =>
    ((value as { exec?: { env?: { name?: string; value?: string }[] } } | undefined)?.exec?.env ?? []).find(
      ({ name }) => name === 'AWS_PROFILE',
    )?.value;
  return environment(user(parts.map(({ entry }) => entry))?.value) === environment(user(entries)?.value);
}
