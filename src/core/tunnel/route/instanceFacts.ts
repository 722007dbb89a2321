import type { Filter, Instance, SecurityGroup } from '@aws-sdk/client-ec2';
import type { InstanceInformation } from '@aws-sdk/client-ssm';
import type { AwsSession } from '../../aws/awsSession.ts';
import { toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import type { ClusterReach } from './clusterAccess.ts';

/** A running instance in the cluster's VPC. */
export interface InstanceFacts {
  readonly instanceId: string;
  /** Of this very cluster. */
  readonly isNode: boolean;
  readonly addresses: readonly string[];
  readonly groupIds: readonly string[];
  readonly subnetId: string;
  /** Absent where Session Manager does not know the instance, or was not asked about it. */
  readonly agent: { readonly version: string; readonly status: string; readonly platform: string } | undefined;
}

/** DescribeInstanceInformation takes no more ids at once. */
const askedAtOnce = 50;

/**
 * Running instances of the VPC, the cluster's nodes first, with what Session Manager knows of them. A large VPC is not asked about
 * whole: it ends with the first batch that has an instance online.
 */
export async function instanceFacts(
  session: AwsSession,
  cluster: ClusterReach,
  target: string | undefined,
  signal: AbortSignal,
): Promise<InstanceFacts[]> {
  try {
    // A machine outside EC2 is known to Session Manager alone.
    const instances = target?.startsWith('mi-')
      ? [{ InstanceId: target }]
      : await runningInstances(session, cluster, target, signal);
    const sorted = instances.sort(
      (a, b) =>
        Number(isNodeOf(b, cluster.name)) - Number(isNodeOf(a, cluster.name)) ||
        (a.InstanceId ?? '').localeCompare(b.InstanceId ?? ''),
    );
    const agents = await agentsOf(
      session,
      sorted.map(({ InstanceId = '' }) => InstanceId),
      signal,
    );
    return sorted.map(instance => toFacts(instance, cluster.name, agents.get(instance.InstanceId ?? '')));
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** In one call. */
export async function describeGroups(
  session: AwsSession,
  groupIds: readonly string[],
  signal: AbortSignal,
): Promise<SecurityGroup[]> {
  if (groupIds.length === 0) return [];
  try {
    const { DescribeSecurityGroupsCommand } = await import('@aws-sdk/client-ec2');
    const client = await session.client('ec2');
    const command = new DescribeSecurityGroupsCommand({ GroupIds: [...new Set(groupIds)] });
    return (await client.send(command, signalOption(signal))).SecurityGroups ?? [];
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

async function runningInstances(
  session: AwsSession,
  { vpcId }: ClusterReach,
  target: string | undefined,
  signal: AbortSignal,
): Promise<Instance[]> {
  const ec2 = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const Filters: Filter[] = [
    { Name: 'instance-state-name', Values: ['running'] },
    { Name: 'vpc-id', Values: [vpcId] },
    ...(target?.startsWith('i-') ? [{ Name: 'instance-id', Values: [target] }] : []),
  ];
  const found: Instance[] = [];
  for await (const page of ec2.paginateDescribeInstances({ client }, { Filters }, signalOption(signal)))
    found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
  return found;
}

async function agentsOf(
  session: AwsSession,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, InstanceInformation>> {
  const { DescribeInstanceInformationCommand } = await import('@aws-sdk/client-ssm');
  const client = await session.client('ssm');
  const agents = new Map<string, InstanceInformation>();
  for (let start = 0; start < ids.length; start += askedAtOnce) {
    const Filters = [{ Key: 'InstanceIds', Values: ids.slice(start, start + askedAtOnce) }];
    const command = new DescribeInstanceInformationCommand({ Filters, MaxResults: askedAtOnce });
    const { InstanceInformationList = [] } = await client.send(command, signalOption(signal));
    for (const agent of InstanceInformationList) agents.set(agent.InstanceId ?? '', agent);
    if (InstanceInformationList.some(({ PingStatus }) => PingStatus === 'Online')) break;
  }
  return agents;
}

/** Managed groups carry the first tag, nodes of one's own making the second. */
function isNodeOf({ Tags = [] }: Instance, cluster: string): boolean {
  return Tags.some(
    ({ Key, Value }) => (Key === 'eks:cluster-name' && Value === cluster) || Key === `kubernetes.io/cluster/${cluster}`,
  );
}

function toFacts(instance: Instance, cluster: string, agent: InstanceInformation | undefined): InstanceFacts {
  const interfaces = instance.NetworkInterfaces ?? [];
  const addresses = [instance.PrivateIpAddress, ...interfaces.map(({ PrivateIpAddress }) => PrivateIpAddress)];
  return {
    instanceId: instance.InstanceId ?? '',
    isNode: isNodeOf(instance, cluster),
    addresses: [...new Set(addresses.filter(address => address !== undefined))],
    groupIds: (instance.SecurityGroups ?? []).map(({ GroupId = '' }) => GroupId),
    subnetId: instance.SubnetId ?? '',
    agent: agent && {
      version: agent.AgentVersion ?? '',
      status: agent.PingStatus ?? '',
      platform: [agent.PlatformName, agent.PlatformVersion].filter(Boolean).join(' ') || (agent.PlatformType ?? ''),
    },
  };
}
