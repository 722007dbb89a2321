import type * as Ec2 from '@aws-sdk/client-ec2';
import type { Account, CallContext } from '../../kernel/account.ts';
import { clusterCertificates, removeClusterCertificates } from '../../kubernetes/certificates.ts';
import { removeClusterObjects } from '../../kubernetes/objectStore.ts';
import { enabledLogs } from './clusterOperations.ts';
import { answered, isAnswer } from './clusterRules.ts';
import {
  accessEntries,
  addons,
  asEks,
  between,
  clusters,
  podIdentities,
  updates,
  type ClusterRow,
  type Scope,
  pastClusters,
} from './eksTables.ts';

interface ClusterJob {
  readonly region: string;
  readonly name: string;
  readonly uid: string;
}

const interfacesAtMost = 4;
const groupDescription =
  'EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.';

/** Runs `work` on the cluster that the job was meant for, unless it is gone. */
const onCluster =
  (work: (scope: Scope, row: ClusterRow) => void) =>
  ({ region, name, uid }: ClusterJob, account: Account): void => {
    const row = clusters({ account, region }).get(name);
    if (row?.uid === uid) work({ account, region }, row);
  };

/** The control plane's feet in the VPC: its security group and its network interfaces. */
function placeNetwork(scope: Scope, { cluster, ...row }: ClusterRow): void {
  const config = cluster.resourcesVpcConfig ?? {};
  try {
    config.clusterSecurityGroupId = makeGroup(asEks(scope), row.name, config.vpcId);
    const Groups = [config.clusterSecurityGroupId, ...(config.securityGroupIds ?? [])];
    for (const SubnetId of onePerZone(asEks(scope), config.subnetIds ?? [])) {
      const input = { SubnetId, Groups, Description: `Amazon EKS ${row.name}` };
      const made = scope.account.call<Ec2.CreateNetworkInterfaceResult>(
        asEks(scope),
        'ec2',
        'CreateNetworkInterface',
        input,
      );
      row.networkInterfaceIds.push(made.NetworkInterface?.NetworkInterfaceId ?? '');
    }
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const code = error.code.startsWith('InvalidSubnet') ? 'Ec2SubnetNotFound' : 'VpcNotFound';
    cluster.status = 'FAILED';
    cluster.health = { issues: [{ code, message: error.message, resourceIds: config.subnetIds }] };
  }
}

function makeGroup(context: CallContext, cluster: string, VpcId: string | undefined): string {
  const { account } = context;
  const tags = {
    Name: `eks-cluster-sg-${cluster}`,
    [`kubernetes.io/cluster/${cluster}`]: 'owned',
    'aws:eks:cluster-name': cluster,
  };
  const { GroupId = '' } = account.call<Ec2.CreateSecurityGroupResult>(context, 'ec2', 'CreateSecurityGroup', {
    GroupName: `eks-cluster-sg-${cluster}-${parseInt(account.hex(7), 16)}`,
    Description: groupDescription,
    VpcId,
    TagSpecifications: [
      { ResourceType: 'security-group', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    ],
  });
  const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }];
  account.call(context, 'ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
  return GroupId;
}

function onePerZone(context: CallContext, SubnetIds: readonly string[]): string[] {
  const described = context.account.call<Ec2.DescribeSubnetsResult>(context, 'ec2', 'DescribeSubnets', { SubnetIds });
  const byZone = new Map((described.Subnets ?? []).map(subnet => [subnet.AvailabilityZone, subnet.SubnetId ?? '']));
  return [...byZone.values()].slice(0, interfacesAtMost);
}

function activate(scope: Scope, row: ClusterRow): void {
  const { account, region } = scope;
  const { cluster, name } = row;
  if (cluster.status !== 'CREATING') return;
  const id = account.hex(32).toUpperCase();
  const { caPem } = clusterCertificates({ account, region, cluster: name });
  cluster.endpoint = `https://${id}.gr7.${region}.eks.amazonaws.com`;
  cluster.identity = { oidc: { issuer: `https://oidc.eks.${region}.amazonaws.com/id/${id}` } };
  cluster.certificateAuthority = { data: Buffer.from(caPem).toString('base64') };
  cluster.status = 'ACTIVE';
  if (enabledLogs(cluster.logging).length > 0) writeLogs(scope, name);
}

/** EKS makes the log group when there is none, also right after somebody deleted it. */
function writeLogs(scope: Scope, cluster: string): void {
  const input = { logGroupName: `/aws/eks/${cluster}/cluster` };
  answered(asEks(scope), 'logs', 'CreateLogGroup', input);
}

function remove(scope: Scope, { uid, name, cluster, networkInterfaceIds, endpointHistory }: ClusterRow): void {
  const { account, region } = scope;
  const ec2 = (operation: string, input: object) => answered(asEks(scope), 'ec2', operation, input);
  for (const NetworkInterfaceId of networkInterfaceIds) ec2('DeleteNetworkInterface', { NetworkInterfaceId });
  const GroupId = cluster.resourcesVpcConfig?.clusterSecurityGroupId;
  if (GroupId) ec2('DeleteSecurityGroup', { GroupId });
  clusters(scope).delete(name);
  pastClusters(scope).set(uid, { name, endpointHistory });
  for (const table of [accessEntries(scope), addons(scope), updates(scope), podIdentities(scope)])
    for (const [key] of table.entries()) if (key.startsWith(`${name}/`)) table.delete(key);
  removeClusterObjects({ account, region, cluster: name });
  removeClusterCertificates({ account, region, cluster: name });
  // The last lines of the control plane's log are still on their way.
  if (enabledLogs(cluster.logging).length > 0)
    account.schedule(between(account, 15, 55), 'eks.lateLogs', { region, name });
}

export const clusterJobs = {
  'eks.clusterNetwork': onCluster(placeNetwork),
  'eks.clusterActive': onCluster(activate),
  'eks.clusterDeleted': onCluster(remove),
  'eks.lateLogs': ({ region, name }: ClusterJob, account: Account): void => writeLogs({ account, region }, name),
};
