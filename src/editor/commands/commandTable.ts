import * as vscode from 'vscode';
import { canCarryOn } from '../../core/run/runOutlook.ts';
import { requestCancel } from '../../core/run/runRequests.ts';
import { addProfile } from '../accounts/chooseAccount.ts';
import { signIn } from '../accounts/signIn.ts';
import { isOver } from '../runs/runStore.ts';
import { editorRunActions } from '../runs/editorRunActions.ts';
import type { EditorServices } from '../services.ts';
import type { CommandId } from './commandIds.ts';
import { copyDiagnostics } from '../tunnels/editorTunnelActions.ts';
import { startBastion, stopBastion, sweepBastions } from './bastionCommands.ts';
import { extendBastion } from './extendBastion.ts';
import { chooseRoute } from './changeRoute.ts';
import { accountOf, clusterOf, runOf, tunnelOf } from './commandTarget.ts';
import { connectCluster, copyKubeconfigPath, disconnectCluster, openTerminal } from './connectCluster.ts';
import { copyEnvironment } from './copyEnvironment.ts';
import { checkDrift } from './checkDrift.ts';
import { createCluster, openPlanner } from './createCluster.ts';
import { deleteCluster } from './deleteCluster.ts';
import { exportSpec } from './exportSpec.ts';
import { explainSlowRun } from './explainCommand.ts';
import { generatePolicy } from './generatePolicy.ts';
import { mirrorImages } from './imageMirror.ts';
import { importSpec } from './importSpec.ts';
import { findLeftovers } from './leftoverCommands.ts';
import { mergeKubeconfig, unmergeKubeconfig } from './mergeKubeconfig.ts';
import { statusActions } from './statusActions.ts';
import { updateCluster } from './updateCluster.ts';
import { upgradeCluster } from './upgradeCluster.ts';

export type Command = (services: EditorServices, argument?: unknown) => Promise<unknown>;

/** Every command, by the id that the manifest gives it. A row's command asks for its row when it comes from the palette. */
export const commandTable: Readonly<Record<CommandId, Command>> = {
  'privateEks.createCluster': createCluster,
  'privateEks.planner.open': (services, uri) => openPlanner(services, uri instanceof vscode.Uri ? uri : undefined),
  'privateEks.spec.export': exportSpec,
  'privateEks.spec.mirrorImages': mirrorImages,
  'privateEks.cluster.writeSpec': importSpec,
  'privateEks.cluster.connect': connectCluster,
  'privateEks.cluster.disconnect': disconnectCluster,
  'privateEks.cluster.openTerminal': openTerminal,
  'privateEks.cluster.copyKubeconfigPath': copyKubeconfigPath,
  'privateEks.cluster.update': updateCluster,
  'privateEks.cluster.upgrade': upgradeCluster,
  'privateEks.cluster.checkDrift': checkDrift,
  'privateEks.cluster.delete': deleteCluster,
  'privateEks.cluster.copyArn': async (services, node) => {
    const target = await clusterOf(services, node);
    if (target) await vscode.env.clipboard.writeText(target.cluster.arn);
  },
  'privateEks.cluster.copyEnvironment': copyEnvironment,
  'privateEks.cluster.mergeKubeconfig': mergeKubeconfig,
  'privateEks.cluster.unmergeKubeconfig': unmergeKubeconfig,
  'privateEks.cluster.generatePolicy': generatePolicy,
  'privateEks.tunnel.open': async (services, node) => {
    const tunnel = await tunnelOf(services, node);
    if (tunnel) await services.tunnelPanels.show(tunnel.record);
  },
  'privateEks.tunnel.changeRoute': chooseRoute,
  'privateEks.tunnel.reconnect': async (services, node) => {
    const tunnel = await tunnelOf(services, node);
    if (tunnel) services.tunnels.reconnect(tunnel.record);
  },
  'privateEks.tunnel.copyDiagnostics': async (services, node) => {
    const tunnel = await tunnelOf(services, node);
    if (tunnel) await copyDiagnostics(services, tunnel.record);
  },
  'privateEks.bastion.start': startBastion,
  'privateEks.bastion.extend': extendBastion,
  'privateEks.bastion.stop': stopBastion,
  'privateEks.bastion.sweep': sweepBastions,
  'privateEks.clusters.refresh': async ({ clusters, accounts }, node) => {
    const id =
      typeof node === 'object' && node !== null && 'account' in node ? (node.account as { id: string }).id : undefined;
    const account = id === undefined ? undefined : accounts.get(id);
    for (const shown of account ? [account] : accounts.list()) accounts.forget(shown.id);
    clusters.refresh(account);
  },
  'privateEks.account.addProfile': ({ accounts }) => addProfile(accounts),
  'privateEks.account.useSandbox': ({ accounts }) => accounts.addSandbox(),
  'privateEks.account.remove': async (services, node) => {
    const account = await accountOf(services, node);
    if (account) await services.accounts.remove(account);
  },
  'privateEks.account.signIn': async (services, node) => {
    const account = await accountOf(services, node);
    if (!account || !(await signIn(services.accounts, account))) return;
    services.clusters.refresh(account);
    await services.clusters.retrySignedOut();
  },
  'privateEks.account.enterMfaCode': async ({ accounts }, node) => {
    const profile = isAccountNode(node) ? node.account.profile : undefined;
    await accounts.codes.load();
    if (accounts.codes.list(profile).length === 0)
      return vscode.window.showInformationMessage('No run and no tunnel waits for an MFA code.');
    return accounts.codes.askAll(profile);
  },
  'privateEks.run.open': async (services, node) => {
    const run = await runOf(services, node, () => true);
    if (run) await services.runPanels.show(run.runId);
  },
  'privateEks.run.cancel': async (services, node) => {
    const run = await runOf(services, node, ({ status }) => !isOver(status));
    if (run) await requestCancel(services.runs.dir(run.runId));
  },
  'privateEks.run.retry': async (services, node) => {
    const run = await runOf(services, node, other => canCarryOn(services.outlooks.of(other)));
    if (run) await editorRunActions(services).carryOn(run);
  },
  'privateEks.run.explain': async (services, node) => {
    const run = await runOf(
      services,
      node,
      other => other.status !== 'done' && services.outlooks.of(other).past === undefined,
    );
    if (run) await explainSlowRun(services, run);
  },
  'privateEks.account.leftovers': findLeftovers,
  'privateEks.status.actions': statusActions,
  'privateEks.log.show': async ({ log }) => log.show(),
};

function isAccountNode(node: unknown): node is { readonly account: { readonly profile: string } } {
  return typeof node === 'object' && node !== null && 'account' in node;
}
