import { homedir } from 'node:os';
import process from 'node:process';
import * as vscode from 'vscode';
import { PrivateEksError } from '../../core/errors.ts';
import type { TunnelPlace } from '../../protocol/tunnelPanel.ts';
import { changeRoute } from '../commands/changeRoute.ts';
import { accountOfTunnel, clusterOfTunnel } from '../commands/commandTarget.ts';
import { connectCluster, disconnect, openKubectlTerminal } from '../commands/connectCluster.ts';
import { copyEnvironmentOf } from '../commands/copyEnvironment.ts';
import { signIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import type { TunnelActions } from './tunnelActions.ts';
import { tunnelDiagnostics } from './tunnelDiagnostics.ts';
import { tunnelPanelState } from './tunnelPanelState.ts';
import type { LiveTunnel } from './tunnelStore.ts';

export function editorTunnelActions(services: EditorServices): TunnelActions {
  return {
    async connect(place) {
      await connectCluster(services, { kind: 'cluster', ...(await clusterOfTunnel(services, place)) });
    },
    disconnect: async place => disconnect(services, openTunnelOf(services, place)),
    async reconnect(place) {
      services.tunnels.reconnect(openTunnelOf(services, place).record);
    },
    changeRoute: (place, kind) => changeRoute(services, place, { kind }),
    copyEnvironment: async place => copyEnvironmentOf(openTunnelOf(services, place)),
    copyDiagnostics: place => copyDiagnostics(services, place),
    openTerminal: async place => openKubectlTerminal(openTunnelOf(services, place)),
    async signIn(place) {
      const account = accountOfTunnel(services, place) ?? (await clusterOfTunnel(services, place)).account;
      await signIn(services.accounts, account);
    },
  };
}

/** "Sandbox", "prod · 1234…9012". */
export function tunnelAccountName({ accounts, tunnels }: EditorServices, place: TunnelPlace): string {
  const { accountId } = place;
  const short = `${accountId.slice(0, 4)}…${accountId.slice(-4)}`;
  const profile = tunnels.record(place)?.profile;
  if (accounts.list().some(account => account.isSandbox && account.profile === profile)) return 'Sandbox';
  return profile === undefined ? short : `${profile} · ${short}`;
}

export async function copyDiagnostics(services: EditorServices, place: TunnelPlace): Promise<void> {
  const { accountId, region, cluster } = place;
  const state = tunnelPanelState(
    { accountId, region, cluster },
    tunnelAccountName(services, place),
    services.tunnels.memory(place),
    Date.now(),
  );
  const text = tunnelDiagnostics(state, {
    version: services.version,
    editor: `${vscode.env.appName} ${vscode.version}${vscode.env.remoteName ? ', remote' : ''}`,
    platform: `${process.platform} ${process.arch}`,
    now: Date.now(),
    privateFolders: [services.home, homedir()],
  });
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage('Diagnostics copied, without account numbers, keys and tokens', 3000);
}

function openTunnelOf({ tunnels }: EditorServices, place: TunnelPlace): LiveTunnel {
  const tunnel = tunnels.get(place);
  if (tunnel) return tunnel;
  throw new PrivateEksError('not-connected', `There is no tunnel to ${place.cluster} any more.`, {
    fix: 'Connect, then try again.',
  });
}
