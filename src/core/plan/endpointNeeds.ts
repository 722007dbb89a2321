import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { EndpointUser, PlannedEndpoint } from './plan.ts';

export type EndpointNeed = Pick<PlannedEndpoint, 'service' | 'type' | 'neededBy' | 'reason'>;

type Reasons = Partial<Record<EndpointUser, string>>;

const layers = 'Image layers lie in S3. A gateway costs nothing.';
/** Sources: AWS's guide to private clusters and the requirements of each controller; order is the order of the screen. */
const rules: Readonly<Record<string, Reasons>> = {
  ec2: {
    nodes: 'Nodes ask EC2 for their own name before they join, and the VPC CNI for addresses for pods.',
    karpenter: 'Karpenter starts and ends instances here.',
    ebs: 'The EBS driver makes and attaches volumes here.',
  },
  'ecr.api': {
    images: 'Nodes sign in to ECR here. EKS’s own add-ons are pulled from ECR, too.',
    fargate: 'Fargate signs in to ECR here for the pods’ images.',
  },
  'ecr.dkr': { images: 'Image manifests come from here.', fargate: 'Fargate reads image manifests here.' },
  s3: { images: layers, fargate: layers },
  'eks-auth': { podIdentity: 'The Pod Identity agent gets AWS credentials for pods here.' },
  sts: {
    irsa: 'Pods change their service account tokens for AWS credentials here.',
    fargate: 'Fargate has no Pod Identity: its pods change their tokens for AWS credentials here.',
    karpenter: 'Karpenter takes its role’s credentials here.',
  },
  ssm: {
    sessionManager: 'The Session Manager agent of the nodes registers here.',
    karpenter: 'Karpenter reads here which image new nodes get.',
  },
  ssmmessages: { sessionManager: 'The tunnel for kubectl runs through here. ec2messages is not needed beside it.' },
  eks: {
    eksApi: 'Callers of the EKS API inside the VPC, such as Terraform runners, ask here.',
    karpenter: 'Karpenter asks EKS here for the cluster’s endpoint and version.',
  },
  'oidc-eks': {
    oidcDiscovery: 'Readers of the cluster’s OIDC issuer ask here; the private names of eks would hide it.',
  },
  sqs: {
    karpenter:
      'Karpenter reads interruption notices here. Give it isolatedVPC=true and a ready-made instance profile: IAM and the price list have no endpoint.',
  },
  elasticloadbalancing: {
    loadBalancers:
      'The AWS Load Balancer Controller makes load balancers here. Switch its shield, waf and wafv2 add-ons off.',
  },
  autoscaling: {
    autoscaling:
      'The Cluster Autoscaler changes the size of the node group here. Give it --aws-use-static-instance-list=true.',
  },
  logs: { containerLogs: 'Log agents on the nodes write to CloudWatch Logs here.' },
  monitoring: { metrics: 'The CloudWatch agent sends metrics here.' },
  secretsmanager: { secrets: 'Pods read secrets here.' },
  kms: { kms: 'Pods that encrypt or decrypt call KMS here.' },
  elasticfilesystem: { efs: 'The EFS driver asks for file systems and access points here.' },
  fsx: { fsx: 'The FSx driver makes file systems here.' },
  xray: { xray: 'The X-Ray agent sends traces here.' },
  'aps-workspaces': { prometheus: 'Collectors write metrics to Managed Service for Prometheus here.' },
  route53: { externalDns: 'external-dns writes records here.' },
};

const gateways = ['s3', 'dynamodb'];

/** The endpoints that a spec's features and own wishes ask for, whoever may have made them already. */
export function endpointNeeds(spec: ClusterSpec): EndpointNeed[] {
  const extra = 'The spec names it under endpoints.extra.';
  const known = Object.entries(rules).map(([service, reasons]) => ({ service, reasons }));
  const wished = spec.endpoints.extra.map((service): { service: string; reasons: Reasons } => ({
    service,
    reasons: { ...rules[service], extra },
  }));
  const all = [...known.filter(({ service }) => !spec.endpoints.extra.includes(service)), ...wished];
  return all.flatMap(({ service, reasons }) => {
    const users = (Object.keys(reasons) as EndpointUser[]).filter(user => isWanted(user, spec));
    if (users.length === 0) return [];
    const sentences = [...new Set(users.map(user => reasons[user] ?? ''))];
    const type = gateways.includes(service) ? 'Gateway' : 'Interface';
    return [{ service, type, neededBy: users, reason: sentences.join(' ') }];
  });
}

function isWanted(user: EndpointUser, spec: ClusterSpec): boolean {
  if (user === 'extra') return true;
  if (user === 'nodes') return Object.keys(spec.nodes).length > 0 || spec.autoMode !== undefined;
  if (user === 'fargate') return Object.keys(spec.fargate).length > 0;
  return spec.features[user];
}
