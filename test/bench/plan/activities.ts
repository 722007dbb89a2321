/** What has to happen for a private cluster, whoever makes it, in whatever order. */
export type ActivityId =
  | 'preflight'
  | 'roles'
  | 'vpc'
  | 'logs'
  | 'control-plane'
  | 'endpoints'
  | 'access'
  | 'node-addons'
  | 'nodes'
  | 'workload-addons'
  | 'reach'
  | 'endpoint-flip';

export interface Activity {
  readonly id: ActivityId;
  readonly title: string;
  /** Typical, seconds, CloudFormation's own polling included. */
  readonly seconds: number;
  readonly source: string;
  /** What AWS or Kubernetes demands first, each with the reason: not what any tool happens to wait for. */
  readonly needs: Readonly<Partial<Record<ActivityId, string>>>;
}

const seen = 'seen in practice, no figure of AWS’s';

export const activities: readonly Activity[] = [
  { id: 'preflight', title: 'look before', seconds: 5, source: seen, needs: {} },
  { id: 'roles', title: 'roles of control plane and nodes', seconds: 30, source: seen, needs: {} },
  { id: 'vpc', title: 'VPC, subnets, route tables', seconds: 45, source: seen, needs: {} },
  { id: 'logs', title: 'log group with retention', seconds: 15, source: seen, needs: {} },
  {
    id: 'control-plane',
    title: 'control plane',
    seconds: 540,
    source: 'AWS 2021-03: “9 minutes or less, on average”',
    needs: {
      roles: 'CreateCluster takes the role’s ARN',
      vpc: 'CreateCluster takes the subnets',
      logs: 'EKS makes the group itself, for ever, where there is none',
    },
  },
  {
    id: 'endpoints',
    title: 'VPC endpoints',
    seconds: 120,
    source: 'one to three minutes; ' + seen,
    needs: { vpc: 'they lie in its subnets' },
  },
  {
    id: 'access',
    title: 'access entries, OIDC provider',
    seconds: 20,
    source: 'EKS guide: “several seconds”',
    needs: { 'control-plane': 'entries belong to an ACTIVE cluster' },
  },
  {
    id: 'node-addons',
    title: 'vpc-cni, kube-proxy',
    seconds: 45,
    source: seen,
    needs: { 'control-plane': 'add-ons belong to an ACTIVE cluster' },
  },
  {
    id: 'nodes',
    title: 'node group',
    seconds: 150,
    source: 'EKS guide: “a few minutes”',
    needs: { 'node-addons': 'no node is Ready without a CNI', endpoints: 'no node joins without ec2 and ecr' },
  },
  {
    id: 'workload-addons',
    title: 'CoreDNS',
    seconds: 45,
    source: seen,
    needs: { nodes: 'a Deployment is DEGRADED without a node' },
  },
  {
    id: 'reach',
    title: 'Session Manager’s agent online',
    seconds: 60,
    source: 'one to three minutes after boot; ' + seen,
    needs: { nodes: 'the agent runs on a node' },
  },
  {
    id: 'endpoint-flip',
    title: 'public endpoint off',
    seconds: 300,
    source: 'quickstart-amazon-eks-cluster-resource-provider#29: about 5 min',
    needs: { 'control-plane': 'an update of the cluster' },
  },
];
