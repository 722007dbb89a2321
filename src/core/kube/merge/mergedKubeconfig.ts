import type { Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import { hasCode } from '../../state/stateFile.ts';
import type { TunnelKey } from '../../tunnel/process/tunnelRecord.ts';
import {
  readKubeconfigFile,
  removeKubeconfigFile,
  writeKubeconfigText,
  type KubeconfigFile,
} from './kubeconfigBytes.ts';
import { findEntry, readKubeconfig } from './kubeconfigDocument.ts';
import { entryWord, type KubeconfigEntry } from './kubeconfigEntry.ts';
import { withKubeconfigLock } from './kubeconfigLock.ts';
import type { KubeconfigChoice } from './kubeconfigPlace.ts';
import {
  listMergeRecords,
  listMergeRecordsIn,
  readMergeRecord,
  removeMergeRecord,
  writeMergeRecord,
  type MergeRecord,
} from './mergeRecord.ts';
import { unmergeKubeconfig } from './unmergeKubeconfig.ts';
import { updateMerged } from './updateMerged.ts';

/** What became of a kubeconfig of the user's, with sentences for people. */
export interface MergeReport {
  readonly file: string;
  readonly context: string;
  readonly outcome: 'merged' | 'updated' | 'unchanged' | 'removed' | 'deleted-file' | 'gone' | 'failed';
  /** What was left as it is, and why. */
  readonly notes: readonly string[];
}

export interface MergePlace {
  /** The state folder. */
  readonly home: string;
  readonly clock: Clock;
}

/**
 * *Merge into my kubeconfig*: one act, atomic, locked against kubectl, undone by `unmergeCluster`. `current-context` stays what it is.
 * @throws PrivateEksError `kubeconfig-unreadable`, `kubeconfig-name-taken`, `kubeconfig-unsupported`, `kubeconfig-locked`, `kubeconfig-busy`, `kubeconfig-not-writable`
 */
export async function mergeCluster(
  { home, clock }: MergePlace,
  key: TunnelKey,
  entries: readonly KubeconfigEntry[],
  { file, all }: KubeconfigChoice,
): Promise<MergeReport> {
  const name = entries[0]?.name ?? '';
  for (const other of all) if (other !== file) await refuseShadowed(other, entries);
  return changing(file, clock, async found => {
    const old = await readMergeRecord(home, { file, name });
    const isOther =
      old && (old.accountId !== key.accountId || old.region !== key.region || old.cluster !== key.cluster);
    if (isOther)
      throw new PrivateEksError(
        'kubeconfig-name-taken',
        `${file} has a context "${name}" that leads to the cluster of this name in account ${old.accountId}.`,
        { fix: 'Merge under another name. Nothing was written.' },
      );
    const before = found.text ?? '';
    const { text, parts, kept } = updateMerged(before, old?.parts ?? [], entries, file, true);
    const record: MergeRecord = {
      version: 1,
      ...{ accountId: key.accountId, region: key.region, cluster: key.cluster, name, file, parts },
      isNewFile: old?.isNewFile ?? found.text === undefined,
      mergedAt: clock.now(),
    };
    // First the memory, then the act: an entry that nobody remembers could never be taken out.
    await writeMergeRecord(home, record);
    if (text !== before)
      await writeKubeconfigText(found, text).catch(async (error: unknown) => {
        await (old ? writeMergeRecord(home, old) : removeMergeRecord(home, record));
        throw error;
      });
    const outcome = text === before ? 'unchanged' : old ? 'updated' : 'merged';
    return { file, context: name, outcome, notes: kept.map(one => keptNote(file, one)) };
  });
}

/** Brings earlier merges up to date, for instance after the tunnel took another port; adds nothing that somebody took out. */
export async function refreshMerged(
  { home, clock }: MergePlace,
  key: TunnelKey,
  entries: readonly KubeconfigEntry[],
): Promise<MergeReport[]> {
  const reports: MergeReport[] = [];
  for (const listed of await listMergeRecords(home, key)) {
    const own = entries.map(entry => renamed(entry, listed.name));
    if (!isSameCaller(listed, own)) continue;
    const { file, name: context } = listed;
    reports.push(
      await changing(file, clock, async found => {
        const record = (await readMergeRecord(home, listed)) ?? listed;
        const before = found.text ?? '';
        const { text, parts, kept } = updateMerged(before, record.parts, own, file, false);
        if (text !== before) {
          await writeMergeRecord(home, { ...record, parts });
          await writeKubeconfigText(found, text);
        }
        const notes = kept.map(one => keptNote(file, one));
        return { file, context, outcome: text === before ? ('unchanged' as const) : ('updated' as const), notes };
      }),
    );
  }
  return reports;
}

/**
 * *Undo*, and what happens when the cluster goes: takes every merged entry of the cluster out, of one name or of all. A file that cannot
 * be changed now is reported as `failed`, and remembered for the next time.
 */
export async function unmergeCluster(
  { home, clock }: MergePlace,
  key: TunnelKey,
  name?: string,
): Promise<MergeReport[]> {
  const reports: MergeReport[] = [];
  for (const listed of await listMergeRecords(home, key)) {
    if (name !== undefined && listed.name !== name) continue;
    try {
      reports.push(
        await changing(listed.file, clock, async found => {
          const record = (await readMergeRecord(home, listed)) ?? listed;
          const others = (await listMergeRecordsIn(home, record.file)).filter(({ name: one }) => one !== record.name);
          const report = await unmerge(found, record, others.length === 0);
          for (const heir of inherited(record, others)) await writeMergeRecord(home, heir);
          await removeMergeRecord(home, record);
          return report;
        }),
      );
    } catch (error) {
      if (!(error instanceof PrivateEksError)) throw error;
      reports.push({ file: listed.file, context: listed.name, outcome: 'failed', notes: [error.message] });
    }
  }
  return reports;
}

/**
 * A list, or a file, that came with one merge and is in use by others goes with the last of them: what is known of its beginning is
 * handed on.
 */
function inherited(gone: MergeRecord, others: readonly MergeRecord[]): MergeRecord[] {
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

async function unmerge(
  found: KubeconfigFile,
  { file, name, parts, isNewFile }: MergeRecord,
  isLast: boolean,
): Promise<MergeReport> {
  const report = { file, context: name };
  if (found.text === undefined) return { ...report, outcome: 'gone', notes: [] };
  const result = unmergeKubeconfig(found.text, parts, file);
  const notes = [
    ...result.kept.map(one => keptNote(file, one)),
    ...result.dangling.map(context => `Context "${context}" in ${file} speaks of an entry that is gone; it was left.`),
    ...(result.isCurrentGone
      ? [`current-context in ${file} still names "${name}": choose another with kubectl config use-context.`]
      : []),
  ];
  if (isLast && isNewFile && result.isBare && result.kept.length === 0) {
    await removeKubeconfigFile(found);
    return { ...report, outcome: 'deleted-file', notes: [] };
  }
  if (result.text === found.text) return { ...report, outcome: 'gone', notes };
  await writeKubeconfigText(found, result.text);
  return { ...report, outcome: 'removed', notes };
}

/** Locked under the name that kubectl knows and under that of the file a link leads to. */
async function changing<T>(file: string, clock: Clock, act: (found: KubeconfigFile) => Promise<T>): Promise<T> {
  try {
    const { target } = await readKubeconfigFile(file);
    return await withKubeconfigLock([file, target], clock, async () => act(await readKubeconfigFile(file)));
  } catch (error) {
    for (const code of ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOSPC'])
      if (hasCode(error, code))
        throw new PrivateEksError('kubeconfig-not-writable', `${file} cannot be changed (${code}).`, { cause: error });
    throw error;
  }
}

/** Of a name that two files define kubectl takes the first, or worse, the cluster of one and the user of the other. */
async function refuseShadowed(file: string, entries: readonly KubeconfigEntry[]): Promise<void> {
  const { text } = await readKubeconfigFile(file).catch(() => ({ text: undefined }));
  const read = text === undefined ? undefined : readKubeconfig(text.replace(/^\uFEFF/, ''));
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
function isSameCaller({ parts }: MergeRecord, entries: readonly KubeconfigEntry[]): boolean {
  const user = (all: readonly (KubeconfigEntry | undefined)[]) => all.find(one => one?.list === 'users');
  const environment = (value: unknown) =>
    ((value as { exec?: { env?: { name?: string; value?: string }[] } } | undefined)?.exec?.env ?? []).find(
      ({ name }) => name === 'AWS_PROFILE',
    )?.value;
  return environment(user(parts.map(({ entry }) => entry))?.value) === environment(user(entries)?.value);
}

function keptNote(
  file: string,
  kept: { list: KubeconfigEntry['list']; name: string; place: string; reason: string },
): string {
  const why =
    kept.reason === 'changed' ? 'was changed since it was merged' : 'cannot be told apart from what stands around it';
  return `The ${entryWord(kept.list)} "${kept.name}" at ${file}:${kept.place} ${why}, and was left.`;
}
