import * as vscode from 'vscode';
import type { EditorServices } from '../services.ts';
import { kubectlTerminalOptions } from './kubectlTerminal.ts';
import { choose } from '../questions.ts';

/** The terminal profile *kubectl (private cluster)*: for the cluster that is connected, or the one chosen of several. */
export async function chooseTerminalProfile(services: EditorServices): Promise<vscode.TerminalProfile | undefined> {
  await services.tunnels.load();
  const live = services.tunnels.list();
  const items = live.map(tunnel => ({ label: tunnel.record.cluster, description: tunnel.record.region, tunnel }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      'No cluster is connected. Connect to one in the Private EKS explorer first.',
    );
    return undefined;
  }
  const chosen = items.length === 1 ? items[0] : await choose(items, { title: 'kubectl for which cluster?' });
  return chosen && new vscode.TerminalProfile(await kubectlTerminalOptions(chosen.tunnel));
}
