import { dirname } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import { findKubectl, kubectlHelp } from '../../core/kube/findKubectl.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';

const colours = [
  'terminal.ansiCyan',
  'terminal.ansiMagenta',
  'terminal.ansiYellow',
  'terminal.ansiGreen',
  'terminal.ansiBlue',
];

/** A terminal that is named and coloured after its cluster, whose KUBECONFIG is the tunnel's own file. */
export async function kubectlTerminalOptions({ record }: LiveTunnel): Promise<vscode.TerminalOptions> {
  const path = await requireKubectl();
  const colour = [...record.cluster].reduce((sum, character) => sum + character.charCodeAt(0), 0) % colours.length;
  return {
    name: `kubectl ${record.cluster}`,
    iconPath: new vscode.ThemeIcon('terminal'),
    color: new vscode.ThemeColor(colours[colour] ?? 'terminal.ansiCyan'),
    env: { KUBECONFIG: record.kubeconfig, ...pathWith(path) },
    isTransient: true,
  };
}

/** @throws PrivateEksError `kubectl-not-found`, saying where it was sought and how to get it */
async function requireKubectl(): Promise<string> {
  const configured = vscode.workspace.getConfiguration('privateEks').get<string>('kubectl.path');
  if (configured) return configured;
  const { path, sought } = await findKubectl(process.env, process.platform);
  if (path) return path;
  throw new PrivateEksError('kubectl-not-found', `kubectl was not found. It was sought in ${sought.join(', ')}.`, {
    fix: `${kubectlHelp} Or set privateEks.kubectl.path.`,
    actions: [{ id: 'open-link', title: 'How to Install kubectl', target: 'https://kubernetes.io/docs/tasks/tools/' }],
  });
}

/** A kubectl outside of PATH, as in a GUI-started editor, is put on the terminal's. */
function pathWith(kubectl: string): Record<string, string> {
  const separator = process.platform === 'win32' ? ';' : ':';
  const name = process.platform === 'win32' ? 'Path' : 'PATH';
  const current = process.env[name] ?? process.env.PATH ?? '';
  const folder = dirname(kubectl);
  return current.split(separator).includes(folder) ? {} : { [name]: `${current}${separator}${folder}` };
}
