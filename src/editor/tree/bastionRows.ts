import * as vscode from 'vscode';
import { leftovers, type Bastion, type BastionsOfVpc } from '../../core/tunnel/bastion/bastion.ts';
import { durationText } from '../../protocol/measures.ts';
import type { SeenBastions } from '../bastions/bastionStore.ts';
import { bastionContext } from './contextValue.ts';
import type { BastionNode, LeafNode, SectionNode, TreeNode } from './treeNode.ts';

/** `1 · 0.0123 USD/h`; nothing is said before anybody has looked. */
export function bastionsDescription(seen: SeenBastions | undefined): string {
  if (!seen) return '';
  const { bastions } = seen.found;
  if (bastions.length === 0) return leftovers(seen.found).length > 0 ? 'none, leftovers' : 'none';
  return `${bastions.length} · ${hourly(bastions.reduce((sum, { hourlyUsd }) => sum + hourlyUsd, 0))}`;
}

export function bastionNodes(section: SectionNode, seen: SeenBastions): TreeNode[] {
  const { account, cluster } = section;
  const { found, at } = seen;
  return [
    ...found.bastions.map((bastion): BastionNode => ({ kind: 'bastion', account, cluster, bastion, at })),
    ...leftoverNodes(section, found),
  ];
}

function leftoverNodes({ account, cluster }: SectionNode, found: BastionsOfVpc): LeafNode[] {
  return leftovers(found).map(what => ({
    kind: 'leaf',
    id: `bastions/${account.id}/${cluster.name}/${what}`,
    label: what.charAt(0).toUpperCase() + what.slice(1),
    description: 'left over · costs nothing',
    icon: 'archive',
    tooltip: 'Nobody uses it now. The next bastion starts quicker with it; Sweep Leftovers removes it.',
  }));
}

export function bastionRow({ account, cluster, bastion, at }: BastionNode): vscode.TreeItem {
  const label = `Bastion ${taskId(bastion).slice(0, 8)}`;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = `bastion/${account.id}/${cluster.name}/${bastion.taskArn}`;
  item.description = [bastion.state, hourly(bastion.hourlyUsd), ownerName(bastion), left(bastion, at)].join(' · ');
  item.iconPath = new vscode.ThemeIcon(bastion.state === 'ready' ? 'vm-running' : 'sync~spin');
  item.contextValue = bastionContext(bastion.state);
  item.tooltip = [
    `Started by ${bastion.owner || 'somebody unknown'}`,
    `${hourly(bastion.hourlyUsd)}, us-east-1 list price`,
    `Ends by itself at ${new Date(bastion.expiresAt).toLocaleString()}${account.isSandbox ? ' (simulated time)' : ''}`,
    bastion.taskArn,
  ].join('\n');
  item.accessibilityInformation = { label: `${label} of ${cluster.name}, ${item.description}` };
  return item;
}

export function taskId({ taskArn }: Bastion): string {
  return taskArn.split('/').at(-1) ?? taskArn;
}

/** Of an ARN the person's or role's own name. */
export function ownerName({ owner }: Bastion): string {
  return owner.split('/').at(-1) || 'owner unknown';
}

function left({ expiresAt }: Bastion, at: number): string {
  return expiresAt > at ? `${durationText(expiresAt - at)} left` : 'ending';
}

function hourly(usd: number): string {
  return `${Math.round(usd * 10_000) / 10_000} USD/h`;
}
