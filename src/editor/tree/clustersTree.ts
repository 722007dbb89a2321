import * as vscode from 'vscode';
import { undescribed, type ClusterSummary } from '../../core/cluster/clusterDetails.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { RunEvent } from '../../core/run/runEvent.ts';
import { tunnelId, type TunnelKey } from '../../core/tunnel/process/tunnelRecord.ts';
import type { TunnelState } from '../../core/tunnel/supervisor/tunnelStatus.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountList } from '../accounts/accountList.ts';
import type { ClusterParts, ClustersChange, ClusterStore } from '../clusters/clusterStore.ts';
import { isOver, type RunStore } from '../runs/runStore.ts';
import type { LiveTunnel, TunnelStore } from '../tunnels/tunnelStore.ts';
import { accountRow, clusterRow, failureNode, leafRow, messageRow, sectionRow } from './clusterRows.ts';
import { messageContexts } from './contextValue.ts';
import type { BastionStore } from '../bastions/bastionStore.ts';
import { bastionNodes, bastionRow, bastionsDescription } from './bastionRows.ts';
import { Throttle } from './throttle.ts';
import { sectionFacts } from './sectionFacts.ts';
import type { ClusterNode, Section, SectionNode, TreeNode } from './treeNode.ts';

/** Numbers that change faster than this are not read anyway. */
const tunnelRowEveryMs = 3000;
const sectionOrder: readonly Section[] = [
  'control-plane',
  'network',
  'nodes',
  'addons',
  'access',
  'stacks',
  'bastions',
  'tunnel',
];

/** Accounts, their clusters, and what each cluster is made of. A row is refreshed by itself; ids are stable. */
export class ClustersTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #accounts: AccountList;
  readonly #clusters: ClusterStore;
  readonly #runs: RunStore;
  readonly #tunnels: TunnelStore;
  readonly #bastions: BastionStore;
  readonly #changed = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly #subscriptions: vscode.Disposable[];
  /** The nodes handed out, so that one row can be refreshed by its own node. */
  readonly #clusterNodes = new Map<string, ClusterNode>();
  readonly #accountNodes = new Map<string, TreeNode>();
  readonly #bastionsNodes = new Map<string, SectionNode>();
  readonly #tunnelNodes = new Map<string, SectionNode>();
  readonly #parts = new Map<string, ClusterParts>();
  /** The states that the rows show now: only a new one is worth the cluster's own row. */
  readonly #tunnelStates = new Map<string, TunnelState | undefined>();
  readonly #throttle = new Throttle(tunnelRowEveryMs);
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    accounts: AccountList,
    clusters: ClusterStore,
    runs: RunStore,
    tunnels: TunnelStore,
    bastions: BastionStore,
  ) {
    this.#accounts = accounts;
    this.#clusters = clusters;
    this.#runs = runs;
    this.#tunnels = tunnels;
    this.#bastions = bastions;
    this.#subscriptions = [
      accounts.onDidChange(account => this.#changed.fire(account && this.#accountNodes.get(account.id))),
      clusters.onDidChange(change => this.#clustersChanged(change)),
      tunnels.onDidChange(key => this.#refreshTunnel(key)),
      bastions.onDidChange(vpcId => {
        for (const node of this.#bastionsNodes.values())
          if (vpcId === '' || node.cluster.vpcId === vpcId) this.#changed.fire(node);
      }),
      runs.onDidChange(({ view, added }) => {
        // The control plane itself, as CloudFormation begins or ends with it: it comes, changes or goes in the list.
        const isControlPlane = (event: RunEvent) =>
          event.type === 'stack-event' && event.resourceType === 'AWS::EKS::Cluster';
        if (added.some(isControlPlane) || isOver(view.status))
          for (const account of this.#accountsOf(view.started)) clusters.refreshCluster(account, view.cluster);
        else if (added.some(event => event.type === 'run-started'))
          this.#refreshCluster(view.started.region, view.cluster);
      }),
    ];
  }

  async getTreeItem(node: TreeNode): Promise<vscode.TreeItem> {
    switch (node.kind) {
      case 'account': {
        const isOpen = this.#accounts.isOpen(node.account);
        // Its rows come next and show the same; an account that nobody has opened is not asked about.
        const listing = isOpen ? await this.#clusters.names(node.account) : undefined;
        const signedOut = listing?.state === 'failed' && listing.error.code === 'signed-out';
        const wantsCode = this.#accounts.codes.list(node.account.profile).length > 0;
        return accountRow(node, signedOut, isOpen, wantsCode);
      }
      case 'cluster':
        return clusterRow(
          node,
          this.#clusters.known(node.account, node.cluster.name).error,
          this.#tunnel(node),
          this.#runs.active({ region: node.account.region, cluster: node.cluster.name }),
        );
      case 'section':
        return sectionRow(
          node,
          this.#parts.get(partsKey(node)),
          this.#tunnel(node),
          this.#bastions.known(node.account, node.cluster.vpcId),
        );
      case 'bastion':
        return bastionRow(node);
      case 'leaf':
        return leafRow(node);
      case 'message':
        return messageRow(node);
    }
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (!node) return this.#accountsNow();
    if (node.kind === 'account') return this.#clustersOf(node.account);
    if (node.kind === 'cluster') return this.#sectionsOf(node);
    if (node.kind !== 'section') return [];
    if (node.section === 'bastions') return this.#bastionsOf(node);
    return sectionFacts(node, this.#parts.get(partsKey(node)), this.#tunnel(node));
  }

  setShown(isShown: boolean): void {
    this.#clusters.setShown(isShown);
  }

  /** Somebody has opened or closed a row. */
  setOpen(node: TreeNode, isOpen: boolean): void {
    if (node.kind === 'account') void this.#accounts.setOpen(node.account, isOpen);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#throttle.dispose();
    this.#changed.dispose();
  }

  #accountsNow(): TreeNode[] {
    return this.#accounts.list().map(account => {
      const node: TreeNode = { kind: 'account', account };
      this.#accountNodes.set(account.id, node);
      return node;
    });
  }

  async #clustersOf(account: Account): Promise<TreeNode[]> {
    const listing = await this.#clusters.names(account);
    if (listing.state === 'failed') return [failureNode(account, listing.error)];
    if (listing.clusters.length === 0)
      return [
        {
          kind: 'message',
          id: `none/${account.id}`,
          account,
          label: 'No clusters yet',
          icon: 'info',
          contextValue: messageContexts.none,
        },
      ];
    this.#clusters.fill(account, listing.clusters);
    return listing.clusters.map(name => this.#clusterNode(account, name));
  }

  /** The same node for a cluster's row as long as the window stands; what it holds is what is known now. */
  #clusterNode(account: Account, name: string): ClusterNode {
    const key = `${account.id}/${name}`;
    let node = this.#clusterNodes.get(key);
    if (!node) {
      const clusters = this.#clusters;
      node = {
        kind: 'cluster',
        account,
        get cluster() {
          return clusters.known(account, name).summary ?? undescribed(name);
        },
      };
      this.#clusterNodes.set(key, node);
    }
    return node;
  }

  async #sectionsOf({ account, cluster: { name } }: ClusterNode): Promise<TreeNode[]> {
    let cluster: ClusterSummary | undefined;
    try {
      cluster = await this.#clusters.cluster(account, name);
      if (!cluster) return [];
      this.#parts.set(partsKey({ account, cluster }), await this.#clusters.parts(account, cluster));
    } catch (error) {
      const known = error instanceof PrivateEksError ? error : new PrivateEksError('unexpected', String(error));
      this.#accounts.report(account, known);
      const failure = failureNode(account, known);
      return [{ ...failure, id: `${failure.id}/${name}` }];
    }
    const of = { account, cluster };
    return sectionOrder.map(section => {
      const node: SectionNode = { kind: 'section', section, ...of };
      if (section === 'tunnel') this.#tunnelNodes.set(partsKey(node), node);
      if (section === 'bastions') this.#bastionsNodes.set(partsKey(node), node);
      return node;
    });
  }

  /** Asked of AWS when somebody opens the row, not before. */
  async #bastionsOf(node: SectionNode): Promise<TreeNode[]> {
    const { account, cluster } = node;
    const shown = bastionsDescription(this.#bastions.known(account, cluster.vpcId));
    try {
      const seen = await this.#bastions.of(account, cluster.vpcId);
      // The row above tells how many there are.
      if (bastionsDescription(seen) !== shown) this.#changed.fire(node);
      return bastionNodes(node, seen);
    } catch (error) {
      const known = error instanceof PrivateEksError ? error : new PrivateEksError('unexpected', String(error));
      this.#accounts.report(account, known);
      const failure = failureNode(account, known);
      return [{ ...failure, id: `${failure.id}/${cluster.name}/bastions` }];
    }
  }

  #tunnel({ account, cluster }: { account: Account; cluster: { name: string; arn: string } }): LiveTunnel | undefined {
    const accountId = cluster.arn.split(':')[4] ?? '';
    return this.#tunnels.get({ accountId, region: account.region, cluster: cluster.name });
  }

  /** The whole cluster when the tunnel's state is another; else its own row now and then, as its numbers change with each probe. */
  #refreshTunnel(key: TunnelKey): void {
    const state = this.#tunnels.get(key)?.status.state;
    const id = tunnelId(key);
    if (!this.#tunnelStates.has(id) || this.#tunnelStates.get(id) !== state) {
      this.#tunnelStates.set(id, state);
      return this.#refreshCluster(key.region, key.cluster);
    }
    this.#throttle.run(id, () => {
      for (const node of this.#tunnelNodes.values())
        if (node.cluster.name === key.cluster && node.account.region === key.region) this.#changed.fire(node);
    });
  }

  /** Rows that were handed out are asked for by themselves; a list, by the account's row. */
  #clustersChanged({ account, clusters }: ClustersChange): void {
    if (!account) return this.#changed.fire(undefined);
    if (!clusters) return this.#changed.fire(this.#accountNodes.get(account.id));
    const nodes = clusters.flatMap(name => this.#clusterNodes.get(`${account.id}/${name}`) ?? []);
    if (nodes.length > 0) this.#changed.fire(nodes);
  }

  /** Where a run's cluster is shown. */
  #accountsOf({ region, profile }: { region: string; profile?: string | undefined }): Account[] {
    const there = this.#accounts.list().filter(account => account.region === region);
    const own = there.filter(account => account.profile === profile);
    return own.length > 0 ? own : there;
  }

  #refreshCluster(region: string, name: string): void {
    for (const node of this.#clusterNodes.values())
      if (node.cluster.name === name && node.account.region === region) this.#changed.fire(node);
  }
}

function partsKey({ account, cluster }: Pick<ClusterNode, 'account' | 'cluster'>): string {
  return `${account.id}/${cluster.name}`;
}
