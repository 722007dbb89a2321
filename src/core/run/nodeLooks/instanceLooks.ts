import type { Instance } from '@aws-sdk/client-ec2';
import type { Nodegroup } from '@aws-sdk/client-eks';
import type { AwsSession } from '../../aws/awsSession.ts';
import { signalOption } from '../../aws/identity.ts';
import { pages } from '../../aws/pages.ts';
import { describeStack, stackResources } from '../../aws/stack.ts';
import { nodesStackId, stackName } from '../../plan/stackName.ts';
import type { ActivityFacts, InstanceFacts } from '../nodeFacts.ts';
import { looker } from './refusedLook.ts';

export interface GroupOfNodes {
  readonly cluster: string;
  /** As the spec names it. */
  readonly group: string;
  /** EKS's own description; undefined for a self-managed group. */
  readonly nodegroup: Nodegroup | undefined;
}

export interface InstancesSeen {
  readonly autoScalingGroups: readonly string[];
  readonly instances: readonly InstanceFacts[];
  /** The latest first. */
  readonly activities: readonly ActivityFacts[];
  /** Looks that were refused. */
  readonly unknown: readonly string[];
}

/** The group's instances and what Auto Scaling has done of late, for managed and self-managed groups. */
export async function gatherInstances(
  session: AwsSession,
  group: GroupOfNodes,
  signal?: AbortSignal,
): Promise<InstancesSeen> {
  const unknown: string[] = [];
  const look = looker(unknown);
  const autoScalingGroups = (await look('Auto Scaling groups', () => namesOf(session, group, signal))) ?? [];
  const activities = await look('activities of Auto Scaling', async () => {
    const lists = await Promise.all(autoScalingGroups.map(name => activitiesOf(session, name, signal)));
    return lists.flat().sort((a, b) => b.at - a.at);
  });
  const instances = await look('instances', () => instancesOf(session, autoScalingGroups, signal));
  return { autoScalingGroups, instances: instances ?? [], activities: activities ?? [], unknown };
}

async function namesOf(session: AwsSession, { cluster, group, nodegroup }: GroupOfNodes, signal?: AbortSignal) {
  if (nodegroup) return (nodegroup.resources?.autoScalingGroups ?? []).flatMap(({ name }) => name ?? []);
  const stack = await describeStack(session, stackName(cluster, nodesStackId(group)), signal);
  if (!stack) return [];
  const resources = await stackResources(session, stack.id, signal);
  return resources
    .filter(({ type, physicalId }) => type === 'AWS::AutoScaling::AutoScalingGroup' && physicalId)
    .map(({ physicalId }) => physicalId);
}

async function activitiesOf(session: AwsSession, group: string, signal?: AbortSignal): Promise<ActivityFacts[]> {
  const { DescribeScalingActivitiesCommand } = await import('@aws-sdk/client-auto-scaling');
  const client = await session.client('autoScaling');
  const input = { AutoScalingGroupName: group, MaxRecords: 20 };
  const { Activities = [] } = await client.send(new DescribeScalingActivitiesCommand(input), signalOption(signal));
  return Activities.map(({ StatusCode = '', StatusMessage, Cause, Description, StartTime }) => ({
    group,
    status: StatusCode,
    message: StatusMessage ?? Description ?? Cause ?? '',
    at: StartTime?.getTime() ?? 0,
  }));
}

export async function instancesOf(session: AwsSession, groups: readonly string[], signal?: AbortSignal) {
  if (groups.length === 0) return [];
  const { paginateDescribeInstances } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const Filters = [{ Name: 'tag:aws:autoscaling:groupName', Values: [...groups] }];
  const paged = paginateDescribeInstances({ client }, { Filters }, signalOption(signal));
  const found = await pages(paged, page => page.Reservations?.flatMap(({ Instances = [] }) => Instances));
  return found.map((instance): InstanceFacts => ({
    id: instance.InstanceId ?? '',
    type: instance.InstanceType ?? '',
    state: instance.State?.Name ?? '',
    stateReason: instance.StateReason?.Message,
    zone: instance.Placement?.AvailabilityZone ?? '',
    imageId: instance.ImageId ?? '',
    privateDnsName: instance.PrivateDnsName ?? '',
    profile: instance.IamInstanceProfile?.Arn,
    metadata: {
      endpoint: instance.MetadataOptions?.HttpEndpoint ?? 'enabled',
      hopLimit: instance.MetadataOptions?.HttpPutResponseHopLimit ?? 1,
    },
    hasPodAddresses: hasPodAddresses(instance),
    groups: (instance.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
  }));
}

/** The VPC CNI's agent, itself a pod on a registered node, takes addresses or interfaces for pods as soon as it runs. */
function hasPodAddresses({ NetworkInterfaces = [] }: Instance): boolean {
  return (
    NetworkInterfaces.length > 1 ||
    NetworkInterfaces.some(
      ({ PrivateIpAddresses = [], Ipv4Prefixes = [], Ipv6Prefixes = [] }) =>
        PrivateIpAddresses.length > 1 || Ipv4Prefixes.length > 0 || Ipv6Prefixes.length > 0,
    )
  );
}
