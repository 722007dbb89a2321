import { readFile } from 'node:fs/promises';
import process from 'node:process';
import * as vscode from 'vscode';
import type { EditorServices } from '../services.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';
import { tunnelOf } from './commandTarget.ts';

/** *Copy Environment*: what makes tools reach the private endpoint that ask AWS for it and take no notice of a kubeconfig's server. */
export async function copyEnvironment(services: EditorServices, node?: unknown): Promise<void> {
  const tunnel = await tunnelOf(services, node);
  if (tunnel) await copyEnvironmentOf(tunnel);
}

export async function copyEnvironmentOf({ record }: LiveTunnel): Promise<void> {
  const [{ askForProxy }, { ownEntries }, environments] = await Promise.all([
    import('../../core/tunnel/process/tunnelProxy.ts'),
    import('../../core/kube/mergeOwnKubeconfig.ts'),
    import('../../core/kube/tunnelEnvironment.ts'),
  ]);
  const [proxyUrl, text] = await Promise.all([askForProxy(record), readFile(record.kubeconfig, 'utf8')]);
  const { host } = ownEntries(text);
  const { env, platform } = process;
  const environment = environments.tunnelEnvironment({ proxyUrl, kubeconfig: record.kubeconfig, host, env });
  const shell = environments.likelyShell({ ...env, SHELL: vscode.env.shell || env.SHELL }, platform);
  await vscode.env.clipboard.writeText(environments.environmentText(shell, environment));
  const told = `Environment for ${record.cluster} copied, for ${shell}. It holds the password of the tunnel’s proxy: paste it into a shell, not into a file.`;
  const warning = environments.noProxyWarning(environment);
  // What it says is worth a decision: without it the next tool would fail and nobody would know why.
  if (warning) void vscode.window.showWarningMessage(`${told} ${warning}`);
  else vscode.window.setStatusBarMessage(told, 8000);
}
