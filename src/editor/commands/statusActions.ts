import type * as vscode from 'vscode';
import { isOver } from '../runs/runStore.ts';
import type { EditorServices } from '../services.ts';
import { tunnelLine } from '../tree/tunnelRows.ts';
import { signIn } from '../accounts/signIn.ts';
import { changeRoute } from './changeRoute.ts';
import { accountOfTunnel } from './commandTarget.ts';
import { disconnect, openKubectlTerminal } from './connectCluster.ts';
import { choose } from '../questions.ts';

interface Action extends vscode.QuickPickItem {
  readonly act: () => unknown;
}

/** What can be done now, from the status bar. */
export async function statusActions(services: EditorServices): Promise<void> {
  const tunnels: Action[] = services.tunnels.list().flatMap(tunnel => {
    const { cluster } = tunnel.record;
    const account = accountOfTunnel(services, tunnel.record);
    const waits = tunnel.status.state === 'waiting-for-sign-in' && account;
    return [
      ...(waits ? [{ label: `$(key) Sign in ${account.label}`, act: () => signIn(services.accounts, account) }] : []),
      { label: `$(terminal) kubectl ${cluster}`, act: () => openKubectlTerminal(tunnel) },
      {
        label: `$(graph-line) Show the tunnel to ${cluster}`,
        description: tunnelLine(tunnel),
        act: () => services.tunnelPanels.show(tunnel.record),
      },
      { label: `$(git-merge) Choose another route to ${cluster}…`, act: () => changeRoute(services, tunnel.record) },
      { label: `$(debug-disconnect) Disconnect from ${cluster}`, act: () => disconnect(services, tunnel) },
    ];
  });
  const runs: Action[] = services.runs
    .list()
    .filter(run => !isOver(run.status))
    .map(run => ({
      label: `$(pulse) Show: ${run.kind} ${run.cluster}`,
      act: () => services.runPanels.show(run.runId),
    }));
  const chosen = await choose([...tunnels, ...runs, { label: '$(output) Show log', act: () => services.log.show() }], {
    title: 'Private EKS',
  });
  await chosen?.act();
}
