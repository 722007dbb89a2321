import * as vscode from 'vscode';
import type { ClusterSummary } from '../../core/cluster/clusterDetails.ts';
import type { RunView } from '../../core/run/runView.ts';
import type { Account } from '../accounts/account.ts';
import { chooseAccount } from '../accounts/chooseAccount.ts';
import type { EditorServices } from '../services.ts';

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
  if (isNode(node) && node.account && node.cluster) return { account: node.account, cluster: node.cluster };
  const items: (vscode.QuickPickItem & { readonly target: ClusterTarget })[] = [];
  for (const account of services.accounts.list()) {
    const listing = await services.clusters.listing(account);
    if (listing.state === 'failed') throw listing.error;
    for (const cluster of listing.clusters)
      items.push({
        label: cluster.name,
        description: `${account.label} · ${account.region} · ${cluster.status}`,
        target: { account, cluster },
      });
  }
  if (items.length === 0) {
    void vscode.window.showInformationMessage('There is no cluster in the accounts that are shown.');
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title: 'Which cluster?', placeHolder: 'Cluster' }))?.target;
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
      label: `${run.kind === 'create' ? 'Create' : 'Delete'} ${run.cluster}`,
      description: `${run.status} · ${new Date(run.startedAt).toLocaleString()}`,
      run,
    }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage('There is no such run.');
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title: 'Which run?', placeHolder: 'Run' }))?.run;
}

interface NodeLike {
  readonly account?: Account;
  readonly cluster?: ClusterSummary;
  readonly run?: RunView;
}

function isNode(node: unknown): node is NodeLike {
  return typeof node === 'object' && node !== null && 'kind' in node;
}
