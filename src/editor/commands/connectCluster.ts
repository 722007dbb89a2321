import process from 'node:process';
import * as vscode from 'vscode';
import type { RouteChoice } from '../../core/tunnel/route/route.ts';
import { accountEnvironment, type Account } from '../accounts/account.ts';
import { withSignIn } from '../accounts/signIn.ts';
import { cliAnswer } from '../cliAnswer.ts';
import { logFile, startCli } from '../cliProcess.ts';
import type { EditorServices } from '../services.ts';
import { kubectlTerminalOptions } from '../terminal/kubectlTerminal.ts';
import { promptShown } from '../terminal/promptShown.ts';
import { tunnelArguments } from '../tunnels/tunnelArguments.ts';
import { tunnelSettings } from '../tunnels/tunnelSettings.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';
import { clusterOf, tunnelOf } from './commandTarget.ts';
import { offerNamespaces } from './offerNamespaces.ts';

/** One click: a way into the VPC, a kubeconfig of our own, and a terminal in which kubectl works. */
export async function connectCluster(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const tunnel = await openTunnel(services, target.account, target.cluster.name);
  await openKubectlTerminal(tunnel);
  await offerNamespaces(services, target.account, tunnel);
}

/** The cluster's tunnel: the one that is open, else a new one, by the way in that is chosen for this once. */
export async function openTunnel(
  services: EditorServices,
  account: Account,
  cluster: string,
  choice?: RouteChoice,
): Promise<LiveTunnel> {
  const { accounts, tunnels, place } = services;
  return withSignIn(accounts, account, async () => {
    const state = await accounts.signIn(account);
    if (state.state !== 'signed-in') throw state.error;
    const key = { accountId: state.accountId, region: account.region, cluster };
    const open = await tunnels.hold(key);
    if (open) return open;
    return vscode.window.withProgress(
      { location: { viewId: 'privateEks.clusters' }, title: `Connecting to ${cluster}`, cancellable: false },
      async () => {
        const logName = `tunnel-${cluster}.log`;
        const args = tunnelArguments(cluster, tunnelSettings(), choice);
        const env = accountEnvironment(account, process.env);
        const child = startCli(place, { args, env, logName, fresh: true, purpose: `tunnel to ${cluster}` });
        const status = vscode.window.setStatusBarMessage(`$(sync~spin) ${cluster}: finding a route`);
        try {
          return await cliAnswer(child, logFile(place, logName), () => tunnels.hold(key), {
            onLine: line => {
              if (typeof line.detail === 'string') services.log.info(`tunnel ${cluster}: ${line.detail}`);
            },
          });
        } finally {
          status.dispose();
        }
      },
    );
  });
}

/** The first command is typed for the person; the setting says whether it is run, too. */
export async function openKubectlTerminal(tunnel: LiveTunnel): Promise<void> {
  const options = await kubectlTerminalOptions(tunnel);
  const existing = vscode.window.terminals.find(
    terminal => terminal.name === options.name && terminal.exitStatus === undefined,
  );
  const terminal = existing ?? vscode.window.createTerminal(options);
  terminal.show();
  if (existing) return;
  const run = vscode.workspace.getConfiguration('privateEks').get<boolean>('connect.runFirstCommand', false);
  await promptShown(terminal);
  terminal.sendText('kubectl get nodes', run);
}

/** Ends a tunnel; asks only when something uses it. */
export async function disconnectCluster(services: EditorServices, node?: unknown): Promise<void> {
  const tunnel = await tunnelOf(services, node);
  if (tunnel) await disconnect(services, tunnel);
}

export async function disconnect({ tunnels }: EditorServices, { record, status }: LiveTunnel): Promise<void> {
  if (status.openConnections > 0) {
    const count = `${status.openConnections} ${status.openConnections === 1 ? 'connection is' : 'connections are'} open`;
    const go = await vscode.window.showWarningMessage(
      `Disconnect from ${record.cluster}?`,
      { modal: true, detail: `${count} through this tunnel.` },
      'Disconnect',
    );
    if (go !== 'Disconnect') return;
  }
  tunnels.stop(record);
}

export async function openTerminal(services: EditorServices, node?: unknown): Promise<void> {
  const tunnel = await tunnelOf(services, node);
  if (tunnel) await openKubectlTerminal(tunnel);
}

export async function copyKubeconfigPath(services: EditorServices, node?: unknown): Promise<void> {
  const tunnel = await tunnelOf(services, node);
  if (!tunnel) return;
  await vscode.env.clipboard.writeText(tunnel.record.kubeconfig);
  vscode.window.setStatusBarMessage('Path of the kubeconfig copied', 3000);
}
