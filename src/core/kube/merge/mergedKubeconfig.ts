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
import { inherited, isSameCaller, refuseShadowed, renamed } from './mergeRules.ts';
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
      await reported(listed, clock, async found => {
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
    reports.push(
      await reported(listed, clock, async found => {
        const record = (await readMergeRecord(home, listed)) ?? listed;
        const others = (await listMergeRecordsIn(home, record.file)).filter(({ name: one }) => one !== record.name);
        const report = await unmerge(found, record, others.length === 0);
        for (const heir of inherited(record, others)) await writeMergeRecord(home, heir);
        await removeMergeRecord(home, record);
        return report;
      }),
    );
  }
  return reports;
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

/** One file that cannot be changed now does not keep the others from it. */
async function reported(
  { file, name }: MergeRecord,
  clock: Clock,
  act: (found: KubeconfigFile) => Promise<MergeReport>,
): Promise<MergeReport> {
  try {
    return await changing(file, clock, act);
  } catch (error) {
    if (!(error instanceof PrivateEksError)) throw error;
    return { file, context: name, outcome: 'failed', notes: [error.message] };
  }
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

function keptNote(
  file: string,
  kept: { list: KubeconfigEntry['list']; name: string; place: string; reason: string },
): string {
  const why =
    kept.reason === 'changed' ? 'was changed since it was merged' : 'cannot be told apart from what stands around it';
  return `The ${entryWord(kept.list)} "${kept.name}" at ${file}:${kept.place} ${why}, and was left.`;
}
