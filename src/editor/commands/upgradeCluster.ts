import path from 'node:path';
import * as vscode from 'vscode';
import { PrivateEksError } from '../../core/errors.ts';
import { targetVersion } from '../../core/upgrade/upgradePlan.ts';
import { withSignIn } from '../accounts/signIn.ts';
import { editorWords } from '../editorWords.ts';
import type { EditorServices } from '../services.ts';
import { clusterKey, clusterOf, type ClusterTarget } from './commandTarget.ts';
import { cliJson } from './dryRun.ts';
import { planOver } from './interruptedRun.ts';
import { specOf } from './specOfCluster.ts';
import { refuseWhileBusy, startRun } from './startRun.ts';
import { upgradeConfirmation, type TimedUpgrade } from './upgradeConfirmation.ts';
import { choose } from '../questions.ts';

interface Way extends vscode.QuickPickItem {
  readonly args: readonly string[];
}

/** *Upgrade…*: one minor up or back, with what EKS says of it beforehand. */
export async function upgradeCluster(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const { account, cluster } = target;
  const { name, version } = cluster;
  refuseWhileBusy(services, account.region, name);
  const [up, back] = [targetVersion(version, { direction: 'up' }), targetVersion(version, { direction: 'back' })];
  const ways: Way[] = [
    { label: `Upgrade to ${up}`, description: 'control plane, add-ons and nodes', args: [] },
    {
      label: `Bring add-ons and nodes to ${version}`,
      description: 'what an upgrade left behind',
      args: ['--to', version],
    },
    { label: `Roll back to ${back}`, description: 'within 7 days of the upgrade', args: ['--rollback'] },
  ];
  const title = `Version of ${name}`;
  const way = await choose(ways, {
    title,
    placeHolder: `It runs ${version}; one minor at a time`,
  });
  if (!way) return;
  const call = ['upgrade', name, ...way.args];
  await withSignIn(services.accounts, account, async () => {
    const asking = `Asking EKS whether ${name} is ready`;
    const plan = await planOver(services, target, () =>
      cliJson<TimedUpgrade>(services, account, asking, [...call, '--dry-run'], 'steps'),
    );
    if (!plan) return;
    const file = plan.from === plan.to ? undefined : await fileToWrite(services, target);
    const force = await confirmed(plan, target, file);
    if (!force) return;
    const write = file === undefined ? [] : ['--write', file];
    const run = await startRun(services, account, name, [...call, '--yes', ...force, ...write]);
    await services.runPanels.show(run.runId);
  });
}

/** The cluster's file, which is to say the version, too. One that is not there, not readable or not saved is left alone. */
async function fileToWrite(services: EditorServices, target: ClusterTarget): Promise<string | undefined> {
  try {
    const document = await specOf(services, target);
    return document && !document.isDirty ? document.uri.fsPath : undefined;
  } catch (error) {
    if (error instanceof PrivateEksError) return undefined;
    throw error;
  }
}

/** Further arguments of the run; undefined: not confirmed. */
async function confirmed(
  plan: TimedUpgrade,
  { account, cluster: { arn } }: ClusterTarget,
  file: string | undefined,
): Promise<string[] | undefined> {
  const { cluster, from, to, steps, refusals } = plan;
  if (steps.length === 0 && refusals.length === 0) {
    void vscode.window.showInformationMessage(`${cluster} is at ${to}, with its add-ons and nodes.`);
    return undefined;
  }
  const [stop] = refusals.filter(({ byForce }) => !byForce);
  if (stop) {
    void vscode.window.showWarningMessage(`${stop.message} ${editorWords(stop.fix)}`);
    return undefined;
  }
  const forced = refusals.length > 0;
  const { accountId } = clusterKey(account, { name: cluster, arn });
  const where = `Account ${accountId} (${account.label}), region ${account.region}.`;
  const detail = upgradeConfirmation(plan, where, file && path.basename(file));
  const go = forced ? 'Go On All the Same' : plan.direction === 'up' ? 'Upgrade' : 'Roll Back';
  const message = from === to ? `Bring all of ${cluster} to ${to}?` : `Take ${cluster} from ${from} to ${to}?`;
  const show = forced ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  return (await show(message, { modal: true, detail }, go)) === go ? (forced ? ['--force'] : []) : undefined;
}
