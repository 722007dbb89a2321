import type { ClusterSummary, NodeGroupSummary, StackSummary } from '../../core/cluster/clusterDetails.ts';
import type { Bastion } from '../../core/tunnel/bastion/bastion.ts';
import type { RunView } from '../../core/run/runView.ts';
import type { Account } from '../accounts/account.ts';

/** What a row of the explorer stands for. */
export type TreeNode = AccountNode | ClusterNode | SectionNode | BastionNode | LeafNode | MessageNode;

export interface AccountNode {
  readonly kind: 'account';
  readonly account: Account;
}
export interface ClusterNode {
  readonly kind: 'cluster';
  readonly account: Account;
  readonly cluster: ClusterSummary;
}
export type Section = 'control-plane' | 'network' | 'nodes' | 'addons' | 'access' | 'stacks' | 'bastions' | 'tunnel';
export interface SectionNode {
  readonly kind: 'section';
  readonly section: Section;
  readonly account: Account;
  readonly cluster: ClusterSummary;
}
export interface BastionNode {
  readonly kind: 'bastion';
  readonly account: Account;
  /** Below whose row it is shown; it serves the whole VPC. */
  readonly cluster: ClusterSummary;
  readonly bastion: Bastion;
  /** The account's time when it was looked at, ms. */
  readonly at: number;
}
/** A fact below a section. */
export interface LeafNode {
  readonly kind: 'leaf';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly tooltip?: string;
  readonly stack?: StackSummary;
  readonly nodeGroup?: NodeGroupSummary;
}
/** A state as a row: loading, none yet, no permission, signed out, no network. */
export interface MessageNode {
  readonly kind: 'message';
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  readonly tooltip?: string;
  /** Whose clusters it stands for: what the row's one button works on. */
  readonly account: Account;
  readonly contextValue: string;
}
export interface RunNode {
  readonly kind: 'run';
  readonly run: RunView;
}
