import type { Instance } from '@aws-sdk/client-ec2';
import type { ListAttachedRolePoliciesResponse } from '@aws-sdk/client-iam';
import type { CallContext } from '../kernel/account.ts';
import { hasWorkload } from '../services/eks/addonWorkloads.ts';
import { isAnswer, roleName } from '../services/eks/clusterRules.ts';
import { accessEntries, addons, associations, ofCluster, type ClusterRow } from '../services/eks/eksTables.ts';
import type { JoinFacts } from './joinOutcome.ts';
import { admits, hasInternet, obstacleToService, type NetworkView, type Peer } from './reachability.ts';

/** Names of the policies attached to a role; none when the role is gone. */
export function attachedPolicies(context: CallContext, roleArn: string): ReadonlySet<string> {
  try {
    const { AttachedPolicies = [] } = context.account.call<ListAttachedRolePoliciesResponse>(
      context,
      'iam',
      'ListAttachedRolePolicies',
      { RoleName: roleName(roleArn) },
    );
    return new Set(AttachedPolicies.map(policy => policy.PolicyName ?? ''));
  } catch (error) {
    if (isAnswer(error)) return new Set();
    throw error;
  }
}

const hasAny = (policies: ReadonlySet<string>, ...names: string[]): boolean =>
  ['AdministratorAccess', ...names].some(name => policies.has(name));

export const peerOf = (instance: Instance): Peer => ({
  address: instance.PrivateIpAddress ?? '',
  publicAddress: instance.PublicIpAddress,
  subnetId: instance.SubnetId ?? '',
  groupIds: (instance.SecurityGroups ?? []).map(group => group.GroupId ?? ''),
});

/** Gathers what decides about one instance of a node group. */
export function gatherJoinFacts(
  context: CallContext,
  row: ClusterRow,
  instance: Instance,
  nodeRole: string,
  view: NetworkView,
): JoinFacts {
  const peer = peerOf(instance);
  const obstacle = (service: string) => obstacleToService(view, peer, service);
  const policies = attachedPolicies(context, nodeRole);
  const installed = (name: string) => hasWorkload(context, row.name, 'daemonsets', name);
  return {
    obstacles: {
      ec2: obstacle('ec2'),
      'ecr.api': obstacle('ecr.api'),
      'ecr.dkr': obstacle('ecr.dkr'),
      s3: obstacle('s3'),
      sts: obstacle('sts'),
      'eks-auth': obstacle('eks-auth'),
    },
    clusterEndpoint: clusterObstacle(row, view, peer),
    admitted: admitted(context, row, nodeRole),
    role: {
      worker: hasAny(policies, 'AmazonEKSWorkerNodePolicy', 'AmazonEKSWorkerNodeMinimalPolicy'),
      pullImages: hasAny(
        policies,
        'AmazonEC2ContainerRegistryPullOnly',
        'AmazonEC2ContainerRegistryReadOnly',
        'AmazonEC2ContainerRegistryPowerUser',
        'AmazonEC2ContainerRegistryFullAccess',
      ),
      cni: hasAny(policies, 'AmazonEKS_CNI_Policy'),
    },
    installed: {
      cni: installed('aws-node'),
      kubeProxy: installed('kube-proxy'),
      podIdentityAgent: installed('eks-pod-identity-agent'),
    },
    cniRole: cniRole(context, row),
    internet: hasInternet(view, peer),
  };
}

/** Hosts that the node can pull images from, in the patterns of `reachesAnnotation`. */
export function reachableRegistries({ obstacles, role, internet }: JoinFacts, region: string): string {
  if (internet) return '*';
  const ecr = obstacles['ecr.api'] ?? obstacles['ecr.dkr'] ?? obstacles.s3;
  return ecr === undefined && role.pullImages ? `*.dkr.ecr.${region}.amazonaws.com` : '';
}

function clusterObstacle({ cluster }: ClusterRow, view: NetworkView, peer: Peer): string | undefined {
  const config = cluster.resourcesVpcConfig ?? {};
  if (!view.dnsSupport) return 'the VPC has DNS support off';
  if (!config.endpointPrivateAccess) {
    if (!hasInternet(view, peer)) return 'the private endpoint is off and there is no way to the public one';
    return undefined;
  }
  const groups = [config.clusterSecurityGroupId ?? '', ...(config.securityGroupIds ?? [])];
  return admits(view, groups, peer) ? undefined : "the cluster's security groups do not admit the node on port 443";
}

function admitted(context: CallContext, { name, cluster }: ClusterRow, nodeRole: string): boolean {
  if (cluster.accessConfig?.authenticationMode === 'CONFIG_MAP')
    return hasWorkload(context, name, 'configmaps', 'aws-auth');
  const entry = accessEntries(context).get(`${name}/${nodeRole}`)?.entry;
  return entry?.type === 'EC2_LINUX' || entry?.type === 'EC2';
}

function cniRole(context: CallContext, { name }: ClusterRow): JoinFacts['cniRole'] {
  const allowed = (roleArn: string | undefined) =>
    roleArn !== undefined && hasAny(attachedPolicies(context, roleArn), 'AmazonEKS_CNI_Policy');
  const association = ofCluster(associations(context), name)
    .map(row => row.association)
    .find(({ namespace, serviceAccount }) => namespace === 'kube-system' && serviceAccount === 'aws-node');
  if (allowed(association?.roleArn)) return 'pod-identity';
  return allowed(addons(context).get(`${name}/vpc-cni`)?.addon.serviceAccountRoleArn) ? 'irsa' : undefined;
}
