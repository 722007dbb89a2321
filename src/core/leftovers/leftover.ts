/** Who made a thing: a stack or step of ours, a controller in the cluster on behalf of its users, AWS itself, or somebody else. */
export type LeftoverMaker = 'private-eks' | 'controller' | 'aws' | 'foreign';

/** Something that is, or may be, left of a cluster. */
export interface Leftover {
  /** For people: `load balancer`, `volume`, `network interface`, `stack`, … */
  readonly kind: LeftoverKind;
  /** What its own service calls it: an ARN for load balancers and target groups, else an id or name. */
  readonly id: string;
  readonly region: string;
  readonly name?: string;
  readonly vpcId?: string;
  /** The cluster it belongs to, where a tag, or its stack, says so. */
  readonly cluster?: string;
  readonly madeBy: LeftoverMaker;
  /** USD, list price, while nothing uses it. */
  readonly monthlyUsd: number;
  /** How that comes about, or why it costs nothing: "gp3, 20 GiB". */
  readonly how: string;
  /** Whether a delete run of its cluster removes it. */
  readonly fate: 'goes' | 'goes-if-asked' | 'stays';
  /** Why it stays, or what to do about it. */
  readonly why?: string;
  /** Nothing that lives remembers it: `removeLeftover` may take it. */
  readonly removable?: true;
}

export type LeftoverKind =
  | 'stack'
  | 'cluster'
  | 'VPC'
  | 'endpoint'
  | 'load balancer'
  | 'classic load balancer'
  | 'target group'
  | 'security group'
  | 'volume'
  | 'snapshot'
  | 'network interface'
  | 'instance'
  | 'node group'
  | 'Fargate profile'
  | 'Auto Scaling group'
  | 'launch template'
  | 'log group'
  | 'role'
  | 'key'
  | 'bucket'
  | 'hosted zone'
  | 'Elastic IP'
  | 'instance profile'
  | 'OIDC provider'
  | 'ECS cluster'
  | 'task definition'
  | 'subnet'
  | 'route table'
  | 'network ACL'
  | 'internet gateway';

/** "volume vol-0a1 (gp3, 20 GiB): 1.60 USD a month". */
export function leftoverText({ kind, id, name, monthlyUsd, how, why }: Leftover): string {
  const called = name !== undefined && name !== id ? `${name} (${id})` : id;
  const cost = monthlyUsd > 0 ? `${monthlyUsd.toFixed(2)} USD a month, ${how}` : how || 'costs nothing';
  return `${kind} ${called}: ${cost}${why === undefined ? '' : `; ${why}`}`;
}

export const totalMonthlyUsd = (items: readonly Leftover[]): number =>
  Math.round(items.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0) * 100) / 100;
