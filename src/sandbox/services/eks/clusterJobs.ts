import type {
  CreateNetworkInterfaceResult,
  CreateSecurityGroupResult,
  DescribeSubnetsResult,
} from '@aws-sdk/client-ec2';
import type { ClusterIssueCode } from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { addonDefinition, bootstrapAddons } from './addonCatalog.ts';
import { installWorkload } from './addonWorkloads.ts';
import { enabledLogs } from './clusterOperations.ts';
import {
  accessEntries,
  addons,
  asEks,
  associations,
  between,
  clusters,
  ofCluster,
  updates,
  type ClusterRow,
  type Scope,
} from './eksTables.ts';
import { certificateAuthorityData, forgetCluster } from './clusterIdentity.ts';
import { tolerant } from './nodegroupResources.ts';
import { offeredVersion } from './versions.ts';

interface ClusterJob {
  readonly region: string;
  readonly name: string;
  readonly uid: string;
}

const interfacesAtMost = 4;

function rowOf(job: ClusterJob, account: Account): [Scope, ClusterRow] | undefined {
  const scope = { account, region: job.region };
  const row = clusters(scope).get(job.name);
  return row?.uid === job.uid ? [scope, row] : undefined;
}

/** The control plane's feet in the VPC: its security group and its network interfaces. */
export function clusterNetwork(job: ClusterJob, account: Account): void {
  const found = rowOf(job, account);
  if (!found) return;
  const [scope, row] = found;
  try {
    placeNetwork(asEks(scope), row);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'SandboxNotImplemented') throw error;
    const code: ClusterIssueCode = error.code.startsWith('InvalidSubnet') ? 'Ec2SubnetNotFound' : 'VpcNotFound';
    row.cluster.status = 'FAILED';
    row.cluster.health = {
      issues: [{ code, message: error.message, resourceIds: row.cluster.resourcesVpcConfig?.subnetIds }],
    };
  }
}

function placeNetwork(context: CallContext, { name, cluster, networkInterfaceIds }: ClusterRow): void {
  const config = cluster.resourcesVpcConfig ?? {};
  const call = <Output extends object>(operation: string, input: object): Output =>
    context.account.call<Output>(context, 'ec2', operation, input);
  const Tags = [
    { Key: 'Name', Value: `eks-cluster-sg-${name}` },
    { Key: `kubernetes.io/cluster/${name}`, Value: 'owned' },
    { Key: 'aws:eks:cluster-name', Value: name },
  ];
  const { GroupId = '' } = call<CreateSecurityGroupResult>('CreateSecurityGroup', {
    GroupName: `eks-cluster-sg-${name}-${parseInt(context.account.hex(7), 16)}`,
    Description:
      'EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.',
    VpcId: config.vpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags }],
  });
  call('AuthorizeSecurityGroupIngress', {
    GroupId,
    IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }],
  });
  config.clusterSecurityGroupId = GroupId;
  for (const SubnetId of onePerZone(context, config.subnetIds ?? [])) {
    const made = call<CreateNetworkInterfaceResult>('CreateNetworkInterface', {
      SubnetId,
      Groups: [GroupId, ...(config.securityGroupIds ?? [])],
      Description: `Amazon EKS ${name}`,
    });
    networkInterfaceIds.push(made.NetworkInterface?.NetworkInterfaceId ?? '');
  }
}

function onePerZone(context: CallContext, SubnetIds: readonly string[]): string[] {
  const { Subnets = [] } = context.account.call<DescribeSubnetsResult>(context, 'ec2', 'DescribeSubnets', {
    SubnetIds,
  });
  const byZone = new Map(Subnets.map(subnet => [subnet.AvailabilityZone, subnet.SubnetId ?? '']));
  return [...byZone.values()].slice(0, interfacesAtMost);
}

export function clusterActive(job: ClusterJob, account: Account): void {
  const found = rowOf(job, account);
  if (!found) return;
  const [scope, row] = found;
  const { cluster, name } = row;
  if (cluster.status !== 'CREATING') return;
  const id = account.hex(32).toUpperCase();
  cluster.endpoint = `https://${id}.gr7.${job.region}.eks.amazonaws.com`;
  cluster.identity = { oidc: { issuer: `https://oidc.eks.${job.region}.amazonaws.com/id/${id}` } };
  cluster.certificateAuthority = { data: certificateAuthorityData({ account, region: job.region, cluster: name }) };
  cluster.status = 'ACTIVE';
  if (enabledLogs(cluster.logging).length > 0) writeLogs(scope, name);
  if (!row.selfManagedAddons) return;
  const kubernetes = offeredVersion(cluster.version ?? '', account.now());
  for (const addonName of bootstrapAddons) {
    const definition = addonDefinition(addonName);
    if (kubernetes) installWorkload(scope, row, definition, definition.versions(kubernetes)[0] ?? '');
  }
}

/** EKS makes the log group when there is none, also right after somebody deleted it. */
export function writeLogs(scope: Scope, cluster: string): void {
  const context = asEks(scope);
  tolerant(() =>
    context.account.call(context, 'logs', 'CreateLogGroup', { logGroupName: `/aws/eks/${cluster}/cluster` }),
  );
}

export function clusterDeleted(job: ClusterJob, account: Account): void {
  const found = rowOf(job, account);
  if (!found) return;
  const [scope, row] = found;
  const context = asEks(scope);
  for (const NetworkInterfaceId of row.networkInterfaceIds)
    tolerant(() => account.call(context, 'ec2', 'DeleteNetworkInterface', { NetworkInterfaceId }));
  const GroupId = row.cluster.resourcesVpcConfig?.clusterSecurityGroupId;
  if (GroupId) tolerant(() => account.call(context, 'ec2', 'DeleteSecurityGroup', { GroupId }));
  const { name } = row;
  clusters(scope).delete(name);
  for (const table of [accessEntries(scope), addons(scope), associations(scope)])
    for (const [key] of ofCluster<object>(table, name)) table.delete(key);
  for (const [id, update] of updates(scope).entries()) if (update.cluster === name) updates(scope).delete(id);
  forgetCluster({ account, region: job.region, cluster: name });
  // The last lines of the control plane's log are still on their way.
  if (enabledLogs(row.cluster.logging).length > 0)
    account.schedule(between(account, 15, 55), 'eks.lateLogs', { region: job.region, name });
}

export function lateLogs({ region, name }: { region: string; name: string }, account: Account): void {
  writeLogs({ account, region }, name);
}
