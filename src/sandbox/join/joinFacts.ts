import type { Instance } from '@aws-sdk/client-ec2';
import type {
  GetRolePolicyResponse,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesResponse,
} from '@aws-sdk/client-iam';
import type { CallContext } from '../kernel/account.ts';
import { hasWorkload } from '../services/eks/addonWorkloads.ts';
import { answered, roleName } from '../services/eks/clusterRules.ts';
import { accessEntries, ofCluster, podIdentities, type ClusterRow } from '../services/eks/eksTables.ts';
import type { JoinFacts } from './joinOutcome.ts';
import { admits, hasInternet, obstacleToService, type NetworkView, type Peer } from './reachability.ts';

/** Names of the policies attached to a role; none when the role is gone. */
export function attachedPolicies(context: CallContext, roleArn: string): ReadonlySet<string> {
  const input = { RoleName: roleName(roleArn) };
  const listed = answered<ListAttachedRolePoliciesResponse>(context, 'iam', 'ListAttachedRolePolicies', input);
  return new Set(listed?.AttachedPolicies?.map(policy => policy.PolicyName ?? ''));
}

const hasAny = (policies: ReadonlySet<string>, ...names: string[]): boolean =>
  ['AdministratorAccess', ...names].some(name => policies.has(name));

export const peerOf = (instance: Instance): Peer => ({
  address: instance.PrivateIpAddress ?? '',
  publicAddress: instance.PublicIpAddress,
  subnetId: instance.SubnetId ?? '',
  groupIds: (instance.SecurityGroups ?? []).map(group => group.GroupId ?? ''),
});

/** A policy of one's own that lets the CNI give out addresses: what IPv6 clusters need. */
function hasCniPolicy(context: CallContext, roleArn: string): boolean {
  const RoleName = roleName(roleArn);
  const { PolicyNames = [] } =
    answered<ListRolePoliciesResponse>(context, 'iam', 'ListRolePolicies', { RoleName }) ?? {};
  return PolicyNames.some(PolicyName => {
    const found = answered<GetRolePolicyResponse>(context, 'iam', 'GetRolePolicy', { RoleName, PolicyName });
    return /ec2:(AssignIpv6Addresses|AssignPrivateIpAddresses)/.test(decodeURIComponent(found?.PolicyDocument ?? ''));
  });
}

/** The CNI gets its role by Pod Identity: with the agent in the cluster. */
const hasCniIdentity = (context: CallContext, cluster: string): boolean =>
  hasWorkload(context, cluster, 'daemonsets', 'eks-pod-identity-agent') &&
  ofCluster(podIdentities(context), cluster).some(({ association }) => association.serviceAccount === 'aws-node');

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
    },
    clusterEndpoint: clusterObstacle(row, view, peer),
    admitted: accessEntries(context).get(`${row.name}/${nodeRole}`)?.entry.type === 'EC2_LINUX',
    role: {
      worker: hasAny(policies, 'AmazonEKSWorkerNodePolicy', 'AmazonEKSWorkerNodeMinimalPolicy'),
      pullImages: hasAny(
        policies,
        'AmazonEC2ContainerRegistryPullOnly',
        'AmazonEC2ContainerRegistryReadOnly',
        'AmazonEC2ContainerRegistryPowerUser',
        'AmazonEC2ContainerRegistryFullAccess',
      ),
      cni:
        hasAny(policies, 'AmazonEKS_CNI_Policy') ||
        hasCniPolicy(context, nodeRole) ||
        hasCniIdentity(context, row.name),
    },
    installed: { cni: installed('aws-node'), kubeProxy: installed('kube-proxy') },
    internet: hasInternet(view, peer),
  };
}

/** Hosts that the node can pull images from, in the patterns of `reachesAnnotation`. */
export function reachableRegistries(
  {
    obstacles,
    role,
    internet,
  }: {
    readonly obstacles: Omit<JoinFacts['obstacles'], 'ec2'>;
    readonly role: Pick<JoinFacts['role'], 'pullImages'>;
    readonly internet: boolean;
  },
  region: string,
): string {
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
  const groups = [config.clusterSecurityGroupId ?? ''];
  return admits(view, groups, peer) ? undefined : "the cluster's security group does not admit the node on port 443";
}
