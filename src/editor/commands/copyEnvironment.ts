import * as vscode from 'vscode';
import type { EditorServices } from '../services.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';
import { tunnelOf } from './commandTarget.ts';

export async function copyEnvironment(services: EditorServices, node?: unknown): Promise<void> {
  const tunnel = await tunnelOf(services, node);
  if (tunnel) await copyEnvironmentOf(services, tunnel);
}

/** What kubectl and its like need, as lines for a shell. */
export async function copyEnvironmentOf(_services: EditorServices, { record }: LiveTunnel): Promise<void> {
  await vscode.env.clipboard.writeText(`export KUBECONFIG='${record.kubeconfig.replaceAll("'", `'\\''`)}'\n`);
  vscode.window.setStatusBarMessage('Environment copied', 3000);
}
