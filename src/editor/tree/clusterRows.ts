import * as vscode from 'vscode';
import { isDescribed, type ClusterSummary } from '../../core/cluster/clusterDetails.ts';
import type { PrivateEksError } from '../../core/errors.ts';
import type { RunView } from '../../core/run/runView.ts';
import type { Account } from '../accounts/account.ts';
import type { ClusterParts } from '../clusters/clusterStore.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';
import type { SeenBastions } from '../bastions/bastionStore.ts';
import { bastionsDescription } from './bastionRows.ts';
import { accountContext, clusterContext, messageContexts } from './contextValue.ts';
import type { AccountNode, ClusterNode, LeafNode, MessageNode, Section, SectionNode } from './treeNode.ts';
import { countWords, escapeMarkdown } from '../words.ts';
import { isMadeHere, selfManagedGroups } from './clusterShape.ts';
import { tunnelIsTroubled, tunnelRow } from './tunnelRows.ts';

const expandable = vscode.TreeItemCollapsibleState.Collapsed;

export function accountRow(
  { account }: AccountNode,
  signedOut: boolean,
  isOpen: boolean,
  wantsCode: boolean,
): vscode.TreeItem {
  const item = new vscode.TreeItem(account.label, isOpen ? vscode.TreeItemCollapsibleState.Expanded : expandable);
  item.id = `account/${account.id}`;
  item.description = wantsCode
    ? `${account.region} · MFA code wanted`
    : signedOut
      ? `${account.region} · sign in`
      : account.isSandbox
        ? `${account.region} · practice account`
        : account.region;
  item.iconPath = new vscode.ThemeIcon(
    wantsCode ? 'key' : signedOut ? 'warning' : account.isSandbox ? 'beaker' : 'cloud',
  );
  item.contextValue = accountContext(account.isSandbox, signedOut, wantsCode);
  item.accessibilityInformation = { label: `Account ${account.label}, ${String(item.description)}` };
  return item;
}

export function clusterRow(
  { account, cluster }: ClusterNode,
  error: PrivateEksError | undefined,
  tunnel: LiveTunnel | undefined,
  run: RunView | undefined,
): vscode.TreeItem {
  const item = new vscode.TreeItem(cluster.name, expandable);
  if (!isDescribed(cluster)) return undescribedRow(item, account, error);
  const reach = cluster.publicEndpoint ? 'public endpoint' : 'private';
  const status = cluster.status.charAt(0) + cluster.status.slice(1).toLowerCase();
  item.id = `cluster/${account.id}/${cluster.name}`;
  item.description = [tunnel && cluster.status === 'ACTIVE' ? connection(tunnel) : status, cluster.version, reach].join(
    ' · ',
  );
  const isTroubled = tunnel !== undefined && tunnelIsTroubled(tunnel);
  item.iconPath = new vscode.ThemeIcon(
    statusIcon(cluster, tunnel, run),
    cluster.publicEndpoint || isTroubled ? new vscode.ThemeColor('list.warningForeground') : undefined,
  );
  item.contextValue = clusterContext(cluster.status, tunnel !== undefined, run !== undefined);
  const lines = [
    `**${cluster.name}** ${status}`,
    cluster.arn,
    `Kubernetes ${cluster.version}, ${reach}`,
    ...cluster.health,
  ];
  item.tooltip = new vscode.MarkdownString(lines.map(escapeMarkdown).join('\n\n'));
  item.accessibilityInformation = { label: `Cluster ${cluster.name}, ${item.description}` };
  return item;
}

/** The name is there before the rest is. Nothing can be done with it meanwhile but to open it. */
function undescribedRow(item: vscode.TreeItem, account: Account, error: PrivateEksError | undefined): vscode.TreeItem {
  const name = typeof item.label === 'string' ? item.label : '';
  item.id = `cluster/${account.id}/${name}`;
  item.description = error ? 'cannot be read' : '…';
  item.iconPath = new vscode.ThemeIcon(error ? 'warning' : 'shield');
  item.contextValue = 'undescribed';
  item.tooltip = error ? [error.message, error.fix].filter(Boolean).join('\n\n') : name;
  item.accessibilityInformation = { label: `Cluster ${name}, ${error ? error.message : 'being read'}` };
  return item;
}

/** *Connected*, and what is amiss or calm. */
function connection(tunnel: LiveTunnel): string {
  return tunnelIsTroubled(tunnel) || tunnel.status.state === 'resting'
    ? `Connected, ${tunnel.status.state.replaceAll('-', ' ')}`
    : 'Connected';
}

function statusIcon(cluster: ClusterSummary, tunnel: LiveTunnel | undefined, run: RunView | undefined): string {
  if (run || /CREATING|UPDATING|DELETING/.test(cluster.status)) return 'sync~spin';
  if (cluster.status !== 'ACTIVE' || cluster.health.length > 0) return 'warning';
  if (cluster.publicEndpoint) return 'globe';
  if (tunnel && tunnelIsTroubled(tunnel)) return 'workspace-unknown';
  return tunnel ? 'workspace-trusted' : 'shield';
}

const sections: Readonly<Record<Exclude<Section, 'tunnel'>, { readonly label: string; readonly icon: string }>> = {
  'control-plane': { label: 'Control plane', icon: 'server-process' },
  network: { label: 'Network', icon: 'type-hierarchy' },
  nodes: { label: 'Nodes', icon: 'server' },
  addons: { label: 'Add-ons', icon: 'extensions' },
  access: { label: 'Access', icon: 'key' },
  stacks: { label: 'Stacks', icon: 'layers' },
  bastions: { label: 'Bastions', icon: 'vm' },
};

export function sectionRow(
  node: SectionNode,
  parts: ClusterParts | undefined,
  tunnel: LiveTunnel | undefined,
  bastions: SeenBastions | undefined,
): vscode.TreeItem {
  if (node.section === 'tunnel') return tunnelRow(node, tunnel);
  const { label, icon } = sections[node.section];
  const item = new vscode.TreeItem(label, expandable);
  item.id = `section/${node.account.id}/${node.cluster.name}/${node.section}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.description =
    node.section === 'bastions' ? bastionsDescription(bastions) : sectionDescription(node.section, node.cluster, parts);
  item.contextValue = `section:${node.section}`;
  // A narrow view cuts the end off.
  item.tooltip = [label, item.description].filter(Boolean).join(': ');
  const named = `${label} of ${node.cluster.name}`;
  item.accessibilityInformation = { label: [named, item.description].filter(Boolean).join(', ') };
  return item;
}

/** What whoever looks may not look at; the row below says what it takes. */
const unseen = 'not to be seen';

function sectionDescription(
  section: Exclude<Section, 'tunnel' | 'bastions'>,
  cluster: ClusterSummary,
  parts: ClusterParts | undefined,
): string {
  switch (section) {
    case 'control-plane': {
      const reach = cluster.publicEndpoint ? 'public endpoint' : 'private';
      return [reach, countWords(cluster.logTypes.length, 'log'), ...(cluster.customerKey ? ['KMS'] : [])].join(' · ');
    }
    case 'network':
      return [
        ...(parts ? [endpointWords(parts, cluster)] : []),
        countWords(cluster.zones, 'subnet'),
        cluster.vpcId,
      ].join(' · ');
    case 'nodes':
      return parts ? computeWords(parts, cluster) : '';
    case 'addons': {
      if (!parts) return '';
      if (!parts.addons) return unseen;
      const updates = parts.addons.filter(({ update }) => update !== undefined).length;
      return [String(parts.addons.length), ...(updates > 0 ? [countWords(updates, 'update')] : [])].join(' · ');
    }
    case 'access':
      if (!parts) return '';
      return parts.principals ? countWords(parts.principals.length, 'entry', 'entries') : unseen;
    case 'stacks': {
      if (!parts) return '';
      if (!parts.stacks) return unseen;
      if (parts.stacks.length === 0 && !isMadeHere(cluster)) return 'not made here';
      const open = parts.stacks.filter(
        stack => !stack.status.endsWith('_COMPLETE') || stack.status.includes('ROLLBACK'),
      );
      return `${parts.stacks.length} · ${open.length === 0 ? 'all complete' : `${open.length} not complete`}`;
    }
  }
}

function endpointWords({ endpoints }: ClusterParts, cluster: ClusterSummary): string {
  if (!endpoints) return 'endpoints not to be seen';
  const adopted = endpoints.filter(({ madeFor }) => madeFor !== cluster.name).length;
  const some = countWords(endpoints.length, 'endpoint');
  if (adopted === 0 || !isMadeHere(cluster)) return some;
  return `${some}, ${adopted === endpoints.length ? 'all' : adopted} adopted`;
}

/** What pods run on, in one line; from three groups on, how many. */
function computeWords(parts: ClusterParts, cluster: ClusterSummary): string {
  const { nodeGroups } = parts;
  if (!nodeGroups) return cluster.autoMode ? `${unseen} · Auto Mode` : unseen;
  const own = selfManagedGroups(parts, cluster);
  const groups = [
    ...nodeGroups.map(group => `${group.name} ${group.desired} ${group.status.toLowerCase()}`),
    ...own.map(({ name }) => `${name} self-managed`),
  ];
  const wrong = nodeGroups.filter(({ status, issues }) => status !== 'ACTIVE' || issues.length > 0).length;
  const profiles = parts.fargate?.length ?? 0;
  return (
    [
      ...(groups.length > 2 ? [`${groups.length} groups`, ...(wrong > 0 ? [`${wrong} not well`] : [])] : groups),
      ...(profiles > 0 ? [`${profiles} Fargate`] : []),
      ...(cluster.autoMode ? ['Auto Mode'] : []),
    ].join(' · ') || 'none'
  );
}

export function leafRow(node: LeafNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.None);
  item.id = node.id;
  item.description = node.description;
  item.iconPath = new vscode.ThemeIcon(node.icon);
  item.tooltip = node.tooltip ?? `${node.label} ${node.description}`;
  item.contextValue = node.stack ? 'stack' : 'fact';
  item.accessibilityInformation = { label: `${node.label}, ${node.description}` };
  return item;
}

export function messageRow(node: MessageNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.None);
  item.id = node.id;
  item.iconPath = new vscode.ThemeIcon(node.icon);
  if (node.description !== undefined) item.description = node.description;
  if (node.tooltip !== undefined) item.tooltip = node.tooltip;
  item.contextValue = node.contextValue;
  item.accessibilityInformation = { label: [node.label, node.description].filter(Boolean).join(', ') };
  return item;
}

/** Why an account's clusters cannot be shown, as one row with one button. */
export function failureNode(account: Account, error: PrivateEksError): MessageNode {
  const common = { kind: 'message', id: `message/${account.id}`, account } as const;
  if (error.code === 'signed-out' || error.code === 'no-credentials')
    return {
      ...common,
      label: 'Sign in to see the clusters',
      icon: 'key',
      tooltip: error.message,
      contextValue: messageContexts.signIn,
    };
  return {
    ...common,
    label: error.message,
    icon: 'warning',
    tooltip: [error.message, error.fix].filter(Boolean).join('\n\n'),
    contextValue: messageContexts.failed,
  };
}
