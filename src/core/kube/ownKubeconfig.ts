import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { safeName } from '../state/safeName.ts';
import type { TunnelKey } from '../tunnel/process/tunnelRecord.ts';
import { roleName } from './kubeconfig.ts';
import { unmergeCluster, type MergePlace, type MergeReport } from './merge/mergedKubeconfig.ts';

/** All kubeconfigs of ours are here, and nothing else's. */
export function ownKubeconfigFolder(home: string): string {
  return join(home, 'kubeconfig');
}

/** One file per cluster and role, so that a terminal that has one is not another's all of a sudden. */
export function ownKubeconfigPath(
  home: string,
  key: TunnelKey,
  { callerArn, isProxy = false }: { readonly callerArn?: string | undefined; readonly isProxy?: boolean },
): string {
  const role = callerArn === undefined ? undefined : roleName(callerArn);
  const parts = [fileStem(key), ...(role === undefined ? [] : [role.replaceAll(/[^\w-]/g, '_')])];
  return join(ownKubeconfigFolder(home), `${parts.join('.')}${isProxy ? '.proxy' : ''}.yaml`);
}

/** No name of a cluster has a dot in it, so none is the beginning of another's. */
function fileStem({ accountId, region, cluster }: TunnelKey): string {
  return safeName(`${accountId}-${region}-${cluster}`);
}

/** What is left of a cluster that is gone: its own kubeconfigs, and what was merged into others. */
export async function forgetCluster(place: MergePlace, key: TunnelKey): Promise<MergeReport[]> {
  const reports = await unmergeCluster(place, key);
  const folder = ownKubeconfigFolder(place.home);
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (name.startsWith(`${fileStem(key)}.`) && name.endsWith('.yaml')) await rm(join(folder, name), { force: true });
  return reports;
}

/** A report in one sentence and its notes, for people. */
export function mergeReportText({ file, context, outcome, notes }: MergeReport): string {
  const what: Record<MergeReport['outcome'], string> = {
    merged: `Context ${context} is in ${file} now; current-context is what it was.`,
    updated: `Context ${context} in ${file} is up to date.`,
    unchanged: `Context ${context} in ${file} was up to date.`,
    removed: `Context ${context} is out of ${file} again.`,
    'deleted-file': `${file} is gone again: it held nothing but context ${context}.`,
    gone: `Context ${context} was not in ${file} any more.`,
    failed: `Context ${context} in ${file} is as it was.`,
  };
  return [what[outcome], ...notes].map(line => `${line}\n`).join('');
}
