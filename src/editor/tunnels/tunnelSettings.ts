import * as vscode from 'vscode';
import { defaultTunnelSettings, type TunnelSettings } from './tunnelArguments.ts';

const keys: Readonly<Record<keyof TunnelSettings, string>> = {
  lingerMinutes: 'tunnel.lingerMinutes',
  route: 'tunnel.route',
  maxSessions: 'tunnel.maxSessions',
  client: 'tunnel.client',
  pluginPath: 'tunnel.pluginPath',
  document: 'tunnel.document',
  payloadSize: 'tunnel.payloadSize',
  windowKiB: 'tunnel.windowKiB',
  whenIdle: 'tunnel.whenIdle',
  keepAlive: 'tunnel.keepAlive',
  bastionImage: 'bastion.image',
  bastionTtlMinutes: 'bastion.ttlMinutes',
  bastionIdleMinutes: 'bastion.idleMinutes',
};

/** All of them are the machine's, never a workspace's: a repository chooses no program, no document and no image. */
export function tunnelSettings(): TunnelSettings {
  const configuration = vscode.workspace.getConfiguration('privateEks');
  const read = Object.entries(keys).map(([name, key]) => [
    name,
    configuration.get(key, defaultTunnelSettings[name as keyof TunnelSettings]),
  ]);
  return Object.fromEntries(read) as TunnelSettings;
}
