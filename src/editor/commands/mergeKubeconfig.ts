import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import process from 'node:process';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { MergeReport } from '../../core/kube/merge/mergedKubeconfig.ts';
import type { EditorServices } from '../services.ts';
import { clusterKey, clusterOf, tunnelOf } from './commandTarget.ts';

/** *Merge into My Kubeconfig…*: says into which file and what changes in it, and what does not. */
export async function mergeKubeconfig(services: EditorServices, node?: unknown): Promise<void> {
  const tunnel = await tunnelOf(services, node);
  if (!tunnel) return;
  const { home } = services;
  const { record } = tunnel;
  const [{ mergeOwnKubeconfig, ownEntries }, { chooseKubeconfig }, { ownKubeconfigFolder }, text] = await Promise.all([
    import('../../core/kube/mergeOwnKubeconfig.ts'),
    import('../../core/kube/merge/kubeconfigPlace.ts'),
    import('../../core/kube/ownKubeconfig.ts'),
    readFile(record.kubeconfig, 'utf8'),
  ]);
  const surroundings = { env: process.env, platform: process.platform, homedir: homedir() };
  const choice = await chooseKubeconfig({ ...surroundings, ownFolder: ownKubeconfigFolder(home) });
  const context = ownEntries(text).entries.find(({ list }) => list === 'contexts')?.name ?? '';
  const go = await vscode.window.showInformationMessage(
    `Merge ${record.cluster} into ${choice.file}?`,
    {
      modal: true,
      detail: [
        `Context ${context} is added. Everything else stays as it is: comments, order and current-context.`,
        `It works while the tunnel is open: it leads to 127.0.0.1:${record.port}. Undo Merge takes it out again.`,
      ].join('\n\n'),
    },
    'Merge',
  );
  if (go !== 'Merge') return;
  const place = { home, clock: systemClock };
  const report = await mergeOwnKubeconfig(place, record, record.kubeconfig, surroundings);
  await tell([report], `kubectl --context ${report.context} get nodes`);
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

/** @throws PrivateEksError `kubeconfig-not-changed` when a file could not be changed */
async function tell(reports: readonly MergeReport[], command?: string): Promise<void> {
  const { mergeReportText } = await import('../../core/kube/ownKubeconfig.ts');
  const text = reports.map(mergeReportText).join('').trim().replaceAll('\n', ' ');
  if (reports.some(({ outcome }) => outcome === 'failed'))
    throw new PrivateEksError('kubeconfig-not-changed', text, { retryable: true });
  const copy = 'Copy Command';
  const chosen = await vscode.window.showInformationMessage(text, ...(command ? [copy] : []));
  if (chosen === copy && command) await vscode.env.clipboard.writeText(command);
}
