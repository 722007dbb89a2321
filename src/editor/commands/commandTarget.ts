import * as vscode from 'vscode';
import { isDescribed, type ClusterSummary } from '../../core/cluster/clusterDetails.ts';
import { PrivateEksError } from '../../core/errors.ts';
import { tunnelId, type TunnelKey } from '../../core/tunnel/process/tunnelRecord.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';
import type { RunView } from '../../core/run/runView.ts';
import { wordsOf } from '../../core/run/runWords.ts';
import type { Account } from '../accounts/account.ts';
import { chooseAccount } from '../accounts/chooseAccount.ts';
import type { EditorServices } from '../services.ts';
import { choose } from '../questions.ts';

export interface ClusterTarget {
  readonly account: Account;
  readonly cluster: ClusterSummary;
}

/** The account of the row that was clicked, or one that is asked for: every command of a row works from the palette, too. */
export async function accountOf({ accounts }: EditorServices, node: unknown): Promise<Account | undefined> {
  const account = isNode(node) ? node.account : undefined;
  return account ?? chooseAccount(accounts);
}

export async function clusterOf(services: EditorServices, node: unknown): Promise<ClusterTarget | undefined> {
  if (isNode(node) && node.account && node.cluster) {
    const { account, cluster } = node;
    if (isDescribed(cluster)) return { account, cluster };
    const described = await services.clusters.cluster(account, cluster.name);
    return described && { account, cluster: described };
  }
  const items: (vscode.QuickPickItem & { readonly target: ClusterTarget })[] = [];
  let refused: PrivateEksError | undefined;
  for (const account of services.accounts.list()) {
    const listing = await services.clusters.listing(account);
    // An account that cannot be asked now is not in the way of the others.
    if (listing.state === 'failed') refused ??= listing.error;
    else
      for (const cluster of listing.clusters)
        items.push({
          label: cluster.name,
          description: `${account.label} · ${account.region} · ${cluster.status.charAt(0)}${cluster.status.slice(1).toLowerCase()}`,
          target: { account, cluster },
        });
  }
  if (items.length === 0 && refused) throw refused;
  if (items.length === 0) {
    void vscode.window.showInformationMessage('There is no cluster in the accounts that are shown.');
    return undefined;
  }
  return (await choose(items, { title: 'Which cluster?', placeHolder: 'Cluster' }))?.target;
}

export async function runOf(
  { runs }: EditorServices,
  node: unknown,
  isMeant: (run: RunView) => boolean,
): Promise<RunView | undefined> {
  const given = isNode(node) ? node.run : undefined;
  if (given) return runs.get(given.runId);
  await runs.load();
  const items = runs
    .list()
    .filter(isMeant)
    .map(run => ({
      label: `${wordsOf(run).verb} ${run.cluster}`,
      description: `${run.status} · ${new Date(run.startedAt).toLocaleString()}`,
      run,
    }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage('There is no such run.');
    return undefined;
  }
  return (await choose(items, { title: 'Which run?', placeHolder: 'Run' }))?.run;
}

/** The open tunnel of the row's cluster, or one that is asked for. @throws PrivateEksError `not-connected` when the row's cluster has none */
export async function tunnelOf({ tunnels }: EditorServices, node: unknown): Promise<LiveTunnel | undefined> {
  await tunnels.load();
  if (isNode(node) && node.account && node.cluster) {
    const found = tunnels.get(clusterKey(node.account, node.cluster));
    if (found) return found;
    throw new PrivateEksError('not-connected', `There is no tunnel to ${node.cluster.name}. Connect first.`);
  }
  const live = tunnels.list();
  if (live.length <= 1) {
    if (live.length === 0) void vscode.window.showInformationMessage('No tunnel is open.');
    return live[0];
  }
  const items = live.map(tunnel => ({
    label: tunnel.record.cluster,
    description: `${tunnel.record.region} · 127.0.0.1:${tunnel.record.port}`,
    tunnel,
  }));
  return (await choose(items, { title: 'Which tunnel?' }))?.tunnel;
}

/** Names the tunnel of a cluster; the account's number stands in the cluster's ARN. */
export function clusterKey(account: Account, { name, arn }: Pick<ClusterSummary, 'name' | 'arn'>): TunnelKey {
  return { accountId: arn.split(':')[4] ?? '', region: account.region, cluster: name };
}

/** The account by which a tunnel was opened, also where its sign-in has expired. Undefined when it is not shown. */
export function accountOfTunnel({ accounts, tunnels }: EditorServices, key: TunnelKey): Account | undefined {
  const record = tunnels.record(key);
  return record && accounts.list().find(({ profile, region }) => profile === record.profile && region === key.region);
}

/** The cluster that a tunnel leads to, as long as its account is shown. @throws PrivateEksError `account-not-shown`, `cluster-not-found` */
export async function clusterOfTunnel(services: EditorServices, key: TunnelKey): Promise<ClusterTarget> {
  const { accounts, clusters, tunnels } = services;
  const { profile } = tunnels.record(key) ?? {};
  const shown = accounts.list().filter(({ region }) => region === key.region);
  let error: PrivateEksError | undefined;
  for (const account of shown.filter(known => profile === undefined || known.profile === profile)) {
    try {
      const cluster = await clusters.cluster(account, key.cluster);
      if (cluster && tunnelId(clusterKey(account, cluster)) === tunnelId(key)) return { account, cluster };
    } catch (refused) {
      if (!(refused instanceof PrivateEksError)) throw refused;
      error = refused;
    }
  }
  throw (
    error ??
    new PrivateEksError('cluster-not-found', `No account that is shown here has the cluster ${key.cluster}.`, {
      fix: 'Add its account to the explorer, then try again.',
      actions: [{ id: 'choose-account', title: 'Add Account' }],
    })
  );
}

interface NodeLike {
  readonly account?: Account;
  readonly cluster?: ClusterSummary;
  readonly run?: RunView;
}

function isNode(node: unknown): node is NodeLike {
  return typeof node === 'object' && node !== null && 'kind' in node;
}
