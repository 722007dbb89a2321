import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import type { EndpointUser, PlannedEndpoint } from './plan.ts';
import { interfaceEndpointMonthly } from './prices.ts';

interface EndpointRule {
  readonly service: string;
  readonly type: 'Interface' | 'Gateway';
  readonly neededBy: EndpointUser;
  readonly reason: string;
}

/** Source: AWS's guide to private clusters and the requirements of each controller; order is the order of the screen. */
const rules: readonly EndpointRule[] = [
  {
    service: 'ec2',
    type: 'Interface',
    neededBy: 'nodes',
    reason: 'Nodes ask EC2 for their own name before they join, and the VPC CNI for addresses for pods.',
  },
  {
    service: 'ecr.api',
    type: 'Interface',
    neededBy: 'images',
    reason: 'Nodes sign in to ECR here. EKS’s own add-ons are pulled from ECR, too.',
  },
  { service: 'ecr.dkr', type: 'Interface', neededBy: 'images', reason: 'Image manifests come from here.' },
  { service: 's3', type: 'Gateway', neededBy: 'images', reason: 'Image layers lie in S3. A gateway costs nothing.' },
  {
    service: 'eks-auth',
    type: 'Interface',
    neededBy: 'podIdentity',
    reason: 'The Pod Identity agent gets AWS credentials for pods here.',
  },
  {
    service: 'sts',
    type: 'Interface',
    neededBy: 'irsa',
    reason: 'Pods change their service account tokens for AWS credentials here.',
  },
  {
    service: 'ssm',
    type: 'Interface',
    neededBy: 'sessionManager',
    reason: 'The Session Manager agent of the nodes registers here.',
  },
  {
    service: 'ssmmessages',
    type: 'Interface',
    neededBy: 'sessionManager',
    reason: 'The tunnel for kubectl runs through here. ec2messages is not needed beside it.',
  },
  {
    service: 'elasticloadbalancing',
    type: 'Interface',
    neededBy: 'loadBalancers',
    reason: 'The AWS Load Balancer Controller makes load balancers here. Switch its shield, waf and wafv2 add-ons off.',
  },
  {
    service: 'autoscaling',
    type: 'Interface',
    neededBy: 'autoscaling',
    reason:
      'The Cluster Autoscaler changes the size of the node group here. Give it --aws-use-static-instance-list=true.',
  },
  {
    service: 'logs',
    type: 'Interface',
    neededBy: 'containerLogs',
    reason: 'Log agents on the nodes write to CloudWatch Logs here.',
  },
  { service: 'monitoring', type: 'Interface', neededBy: 'metrics', reason: 'The CloudWatch agent sends metrics here.' },
  { service: 'secretsmanager', type: 'Interface', neededBy: 'secrets', reason: 'Pods read secrets here.' },
];

export function plannedEndpoints(spec: ClusterSpec): PlannedEndpoint[] {
  return rules
    .filter(({ neededBy }) => isWanted(neededBy, spec))
    .map(({ service, type, neededBy, reason }) => ({
      service,
      type,
      neededBy: [neededBy],
      reason,
      standing: 'make' as const,
      monthlyUsd: type === 'Gateway' ? 0 : interfaceEndpointMonthly(zoneCount(spec)),
    }));
}

function isWanted(user: EndpointUser, spec: ClusterSpec): boolean {
  if (user === 'extra') return false;
  if (user === 'nodes') return Object.keys(spec.nodes).length > 0;
  return user === 'fargate' ? Object.keys(spec.fargate).length > 0 : spec.features[user];
}
