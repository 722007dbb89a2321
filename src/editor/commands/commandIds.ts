/** Every command, as the manifest names it. Registered at activation; what they do is loaded when one is run. */
export const commandIds = [
  'privateEks.createCluster',
  'privateEks.planner.open',
  'privateEks.cluster.connect',
  'privateEks.cluster.disconnect',
  'privateEks.cluster.openTerminal',
  'privateEks.cluster.copyKubeconfigPath',
  'privateEks.cluster.copyEnvironment',
  'privateEks.cluster.generatePolicy',
  'privateEks.tunnel.open',
  'privateEks.tunnel.changeRoute',
  'privateEks.tunnel.reconnect',
  'privateEks.tunnel.copyDiagnostics',
  'privateEks.cluster.delete',
  'privateEks.cluster.copyArn',
  'privateEks.clusters.refresh',
  'privateEks.account.addProfile',
  'privateEks.account.useSandbox',
  'privateEks.account.remove',
  'privateEks.account.signIn',
  'privateEks.run.open',
  'privateEks.run.cancel',
  'privateEks.run.retry',
  'privateEks.status.actions',
  'privateEks.log.show',
] as const;

export type CommandId = (typeof commandIds)[number];
