import * as vscode from 'vscode';
import type { RunStore } from './runs/runStore.ts';
import type { TunnelStore } from './tunnels/tunnelStore.ts';

/** Completes the walkthrough's steps that no command tells: a cluster was made, a tunnel was opened, from wherever that was asked. */
export function walkthroughProgress(runs: RunStore, tunnels: TunnelStore): vscode.Disposable {
  const done = (step: 'hasCreated' | 'hasConnected') =>
    void vscode.commands.executeCommand('setContext', `privateEks.${step}`, true);
  return vscode.Disposable.from(
    runs.onDidChange(({ view }) => {
      if (view.kind === 'create' && view.status === 'done') done('hasCreated');
    }),
    tunnels.onDidChange(() => {
      if (tunnels.list().length > 0) done('hasConnected');
    }),
  );
}
