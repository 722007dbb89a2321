import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import type { TunnelStore } from '../tunnels/tunnelStore.ts';

const setting = 'privateEks.terminal.kubeconfigInAllTerminals';

/** Where somebody has asked for it, every new terminal gets the KUBECONFIG of what is connected; terminals that are open keep theirs. */
export function kubeconfigInAllTerminals(
  variables: vscode.EnvironmentVariableCollection,
  tunnels: TunnelStore,
): vscode.Disposable {
  variables.persistent = false;
  variables.description = 'The kubeconfig of the private clusters that are connected';
  let shown = '';
  const apply = () => {
    const isAsked = vscode.workspace.getConfiguration().get<boolean>(setting, false);
    const files = isAsked ? tunnels.list().map(({ record }) => record.kubeconfig) : [];
    const value = files.join(delimiter);
    if (value === shown) return;
    shown = value;
    if (value) variables.replace('KUBECONFIG', value);
    else variables.delete('KUBECONFIG');
  };
  apply();
  return vscode.Disposable.from(
    tunnels.onDidChange(apply),
    vscode.workspace.onDidChangeConfiguration(change => change.affectsConfiguration(setting) && apply()),
  );
}
