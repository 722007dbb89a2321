import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { MergeReport } from '../../core/kube/merge/mergedKubeconfig.ts';
import type { EditorServices } from '../services.ts';
import { readOwnKubeconfig } from '../tunnels/ownKubeconfig.ts';
import { clusterKey, clusterOf, tunnelOf } from './commandTarget.ts';

/** *Merge into My Kubeconfig…*: says into which file and what changes in it, and what does not. */
export async function mergeKubeconfig(services: EditorServices, node?: unknown): Promise<void> {
  const tunnel = await tunnelOf(services, node);
  if (!tunnel) return;
  const { home } = services;
  const { record } = tunnel;
  const [{ mergeCluster }, { chooseKubeconfig }, own] = await Promise.all([
    import('../../core/kube/merge/mergedKubeconfig.ts'),
    import('../../core/kube/merge/kubeconfigPlace.ts'),
    readOwnKubeconfig(record.kubeconfig),
  ]);
  const choice = await chooseKubeconfig({
    env: process.env,
    platform: process.platform,
    homedir: homedir(),
    ownFolder: join(home, 'kubeconfig'),
  });
  const go = await vscode.window.showInformationMessage(
    `Merge ${record.cluster} into ${choice.file}?`,
    {
      modal: true,
      detail: [
        `Context ${own.context} is added. Everything else stays as it is: comments, order and current-context.`,
        `It works while the tunnel is open: it leads to 127.0.0.1:${record.port}. Undo Merge takes it out again.`,
      ].join('\n\n'),
    },
    'Merge',
  );
  if (go !== 'Merge') return;
  const report = await mergeCluster({ home, clock: systemClock }, record, own.entries, choice);
  await tell([report], `kubectl --context ${own.context} get nodes`);
}

/** *Undo Merge*: out of every file into which the cluster was merged, whether or not it is connected. */
export async function unmergeKubeconfig(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const { unmergeCluster } = await import('../../core/kube/merge/mergedKubeconfig.ts');
  const place = { home: services.home, clock: systemClock };
  const reports = await unmergeCluster(place, clusterKey(target.account, target.cluster));
  if (reports.length === 0) {
    void vscode.window.showInformationMessage(`${target.cluster.name} is in no kubeconfig of yours.`);
    return;
  }
  await tell(reports);
}

const words: Readonly<Record<MergeReport['outcome'], string>> = {
  merged: 'was added to',
  updated: 'was brought up to date in',
  unchanged: 'is already in',
  removed: 'was taken out of',
  'deleted-file': 'was all there was in; this file is gone again:',
  gone: 'is not in',
  failed: 'could not be changed in',
};

/** @throws PrivateEksError `kubeconfig-not-changed` when a file could not be changed */
async function tell(reports: readonly MergeReport[], command?: string): Promise<void> {
  const sentences = reports.flatMap(({ file, context, outcome, notes }) => [
    `${context} ${words[outcome]} ${file}.`,
    ...notes,
  ]);
  if (reports.some(({ outcome }) => outcome === 'failed'))
    throw new PrivateEksError('kubeconfig-not-changed', sentences.join(' '), { retryable: true });
  const copy = 'Copy Command';
  const chosen = await vscode.window.showInformationMessage(sentences.join(' '), ...(command ? [copy] : []));
  if (chosen === copy && command) await vscode.env.clipboard.writeText(command);
}
