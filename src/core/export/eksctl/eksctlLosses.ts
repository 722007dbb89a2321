import type { Plan } from '../../plan/plan.ts';
import { nodeGroups } from '../../spec/nodeGroups.ts';
import { hasPodSubnets } from '../../templates/networkTemplate.ts';

/** What `privateCluster.enabled` makes by itself, and what may be asked for beside it. Source: eksctl's guide to private clusters. */
export const ownEndpoints = ['ec2', 'ecr.api', 'ecr.dkr', 's3', 'sts'];
export const additionalEndpoints = ['autoscaling', 'cloudformation', 'logs'];
/** Days that eksctl takes for control-plane logs: fewer than CloudWatch Logs. Source: its schema. */
export const eksctlRetentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653];
/** Versions that the eksctl of 2026-08 knew. */
const newestVersion = '1.35';

/** What the plan says and eksctl does not, one sentence each. */
export function eksctlLosses(plan: Plan): string[] {
  return [...always, ...networkLosses(plan), ...clusterLosses(plan), ...nodeLosses(plan)];
}

const always = [
  'eksctl makes the API endpoint public first and closes it when all else is done; Private EKS never opens it.',
  'What eksctl does by the Kubernetes API after that (labels, CoreDNS on Fargate) needs a machine that reaches the private endpoint.',
];

function networkLosses({ spec, endpoints, account }: Plan): string[] {
  const { network } = spec;
  const losses: string[] = [];
  const made = endpoints.filter(({ standing }) => standing === 'make').map(({ service }) => service);
  if (network.vpc) {
    if (made.length > 0)
      losses.push(
        `These endpoints are to be made beforehand, because eksctl's own would clash with those that are there: ${made.join(', ')}.`,
      );
  } else {
    const missing = made.filter(service => ![...ownEndpoints, ...additionalEndpoints].includes(service));
    if (missing.length > 0)
      losses.push(`eksctl cannot make these endpoints: ${missing.join(', ')}. Add them to its VPC.`);
    losses.push('eksctl lays out the subnets of its VPC by itself, with other blocks than the plan’s.');
    if (!account) losses.push('Zones: eksctl takes them by name, which only an account tells; it chooses by itself.');
  }
  if (hasPodSubnets(spec))
    losses.push(`network.podCidr: eksctl would add ${network.podCidr} to the VPC, but no subnets for pods.`);
  const { cidrs, securityGroups } = network.apiAccess;
  if (cidrs.length + securityGroups.length > 0)
    losses.push(
      `network.apiAccess: eksctl takes security groups that exist (vpc.controlPlaneSecurityGroupIDs); make one that admits 443 from ${[...cidrs, ...securityGroups].join(', ')}.`,
    );
  if (spec.proxy)
    losses.push(
      'proxy: eksctl makes no way to a proxy and tells nodes of none; give its groups launch templates with the plan’s user data.',
    );
  if (spec.endpoints.policy !== 'open') losses.push('endpoints.policy: eksctl sets no policy on endpoints.');
  return losses;
}

function clusterLosses({ spec }: Plan): string[] {
  const losses: string[] = [];
  const { retentionDays, types } = spec.logs;
  if (Number(spec.version.split('.')[1]) > Number(newestVersion.split('.')[1]))
    losses.push(
      `version: the eksctl of August 2026 knew Kubernetes up to ${newestVersion}; ${spec.version} needs a later one.`,
    );
  if (types.length > 0 && !eksctlRetentionDays.includes(retentionDays))
    losses.push(
      `logs.retentionDays: eksctl does not take ${retentionDays}; set it on the log group /aws/eks/${spec.name}/cluster.`,
    );
  if (types.length > 0) losses.push('The log group is made by EKS, and stays when the cluster goes.');
  if (spec.encryption.key === 'new')
    losses.push('encryption.key: eksctl makes no key; make one and say it as secretsEncryption.keyARN.');
  if (spec.deletionProtection)
    losses.push('deletionProtection: eksctl does not know it; switch it on with `aws eks update-cluster-config`.');
  if (spec.controlPlane.egress === 'customer-isolated')
    losses.push('controlPlane.egress: eksctl knows AWS_MANAGED and CUSTOMER_ROUTED, not customer-isolated.');
  if (spec.features.irsa)
    losses.push('features.irsa: eksctl gives the VPC CNI a role by IRSA, too, where no other is named.');
  if (spec.access.administrators.length > 0)
    losses.push(
      'access.administrators: whoever runs eksctl is none of them by itself, and what eksctl does in Kubernetes fails then.',
    );
  if (spec.network.ipFamily === 'ipv6')
    losses.push('network.ipFamily: whether eksctl makes fully private IPv6 clusters is not known here.');
  return losses;
}

function nodeLosses({ spec }: Plan): string[] {
  const losses: string[] = [];
  const groups = nodeGroups(spec);
  const own = groups.filter(({ ami }) => ami !== undefined).map(({ name }) => name);
  if (own.length > 0) losses.push(`ami of ${own.join(', ')}: eksctl writes the user data, which is not the plan's.`);
  const repaired = groups.filter(({ kind, repair }) => kind === 'self-managed' && repair).map(({ name }) => name);
  if (repaired.length > 0) losses.push(`repair of ${repaired.join(', ')}: only for managed groups.`);
  if (spec.autoMode && spec.autoMode.nodePools.length === 0)
    losses.push('autoMode.nodePools: eksctl reads an empty list as both pools; say so on its command line.');
  return losses;
}
