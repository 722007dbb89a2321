import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { PrivateEksError } from '../../core/errors.ts';
import { entryLists, entryWord, type EntryValue, type KubeconfigEntry } from '../../core/kube/merge/kubeconfigEntry.ts';

export interface OwnKubeconfig {
  readonly entries: readonly KubeconfigEntry[];
  readonly context: string;
  /** The cluster's endpoint, whose name is asked for behind the tunnel's port. */
  readonly host: string;
}

/** A tunnel's own file, read back: it was written by its process, for its port. @throws PrivateEksError `kubeconfig-unreadable` */
export async function readOwnKubeconfig(file: string): Promise<OwnKubeconfig> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const own = ownKubeconfig(text);
  if (own) return own;
  throw new PrivateEksError('kubeconfig-unreadable', `${file}, which the tunnel wrote, cannot be read any more.`, {
    fix: 'Disconnect and connect again: it is written anew.',
  });
}

export function ownKubeconfig(text: string): OwnKubeconfig | undefined {
  const root = record(parse(text, { logLevel: 'silent' }));
  const entries = entryLists.flatMap(list => {
    const items: unknown = root[list];
    return (Array.isArray(items) ? items : []).flatMap((item: unknown): KubeconfigEntry[] => {
      const { name, [entryWord(list)]: value } = record(item);
      return typeof name === 'string' && isEntryValue(value) ? [{ list, name, value }] : [];
    });
  });
  const cluster = record(entries.find(({ list }) => list === 'clusters')?.value);
  const host = cluster['tls-server-name'];
  const context = root['current-context'];
  if (entries.length < entryLists.length || typeof host !== 'string' || typeof context !== 'string') return undefined;
  return { entries, context, host };
}

function isEntryValue(value: unknown): value is EntryValue {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every(isEntryValue);
  return typeof value === 'object' && value !== null && Object.values(value).every(isEntryValue);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
