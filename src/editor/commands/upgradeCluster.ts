import * as vscode from 'vscode';
import type { UpgradePlan } from '../../core/upgrade/upgradePlan.ts';
import { withSignIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import { clusterOf } from './commandTarget.ts';
import { cliJson } from './dryRun.ts';
import { refuseWhileBusy, startRun } from './startRun.ts';

interface Way extends vscode.QuickPickItem {
  readonly args: readonly string[];
}

/** *Upgrade…*: one minor up or back, with what EKS says of it beforehand. */
export async function upgradeCluster(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const { account, cluster } = target;
  refuseWhileBusy(services, account.region, cluster.name);
  const ways: Way[] = [
    { label: 'Upgrade', description: `one minor up from ${cluster.version}`, args: [] },
    { label: 'Bring add-ons and nodes along', description: `to ${cluster.version}`, args: ['--to', cluster.version] },
    { label: 'Roll back', description: 'one minor, within 7 days of the upgrade', args: ['--rollback'] },
  ];
  const way = await vscode.window.showQuickPick(ways, { title: `Version of ${cluster.name}` });
  if (!way) return;
  const call = ['upgrade', cluster.name, ...way.args];
  await withSignIn(services.accounts, account, async () => {
    const title = `Asking EKS whether ${cluster.name} is ready`;
    const plan = await cliJson<UpgradePlan>(services, account, title, [...call, '--dry-run'], 'steps');
    const force = await confirmed(plan);
    if (!force) return;
    const run = await startRun(services, account, cluster.name, [...call, '--yes', ...force]);
    await services.runPanels.show(run.runId);
  });
}

/** Further arguments of the run; undefined: not confirmed. */
async function confirmed(plan: UpgradePlan): Promise<string[] | undefined> {
  const { cluster, from, to, steps, refusals, warnings, notes } = plan;
  if (steps.length === 0 && refusals.length === 0) {
    void vscode.window.showInformationMessage(`${cluster} is at ${to}, with its add-ons and nodes.`);
    return undefined;
  }
  const [stop] = refusals.filter(({ byForce }) => !byForce);
  if (stop) {
    void vscode.window.showErrorMessage(`${stop.message} ${stop.fix}`);
    return undefined;
  }
  const forced = refusals.length > 0;
  const detail = [
    ...refusals.map(({ message, fix }) => `${message} ${fix}`),
    ...steps.map(({ words }) => words),
    ...warnings,
    ...notes,
  ].join('\n\n');
  const go = forced ? 'Go On All the Same' : plan.direction === 'up' ? 'Upgrade' : 'Roll Back';
  const message = `Take ${cluster} from ${from} to ${to}?`;
  const show = forced ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  return (await show(message, { modal: true, detail }, go)) === go ? (forced ? ['--force'] : []) : undefined;
}
