import * as vscode from 'vscode';
import { isOver } from '../runs/runStore.ts';
import type { EditorServices } from '../services.ts';
import { openKubectlTerminal } from './connectCluster.ts';

interface Action extends vscode.QuickPickItem {
  readonly act: () => unknown;
}

/** What can be done now, from the status bar. */
export async function statusActions(services: EditorServices): Promise<void> {
  const tunnels: Action[] = services.tunnels.list().flatMap(tunnel => [
    {
      label: `$(terminal) kubectl ${tunnel.record.cluster}`,
      description: `127.0.0.1:${tunnel.record.port}`,
      act: () => openKubectlTerminal(tunnel),
    },
    {
      label: `$(debug-disconnect) Disconnect from ${tunnel.record.cluster}`,
      act: () => services.tunnels.stop(tunnel.record),
    },
  ]);
  const runs: Action[] = services.runs
    .list()
    .filter(run => !isOver(run.status))
    .map(run => ({
      label: `$(pulse) Show: ${run.kind} ${run.cluster}`,
      act: () => services.runPanels.show(run.runId),
    }));
  const chosen = await vscode.window.showQuickPick(
    [...tunnels, ...runs, { label: '$(output) Show log', act: () => services.log.show() }],
    {
      title: 'Private EKS',
    },
  );
  await chosen?.act();
}
