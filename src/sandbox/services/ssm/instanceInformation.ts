import type { DescribeInstancesResult, Instance } from '@aws-sdk/client-ec2';
import type { GetInstanceProfileResponse } from '@aws-sdk/client-iam';
import type * as Ssm from '@aws-sdk/client-ssm';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { checkRange, page } from '../../kernel/constraint.ts';
import { answered } from '../eks/clusterRules.ts';
import { attachedPolicies, peerOf } from '../../join/joinFacts.ts';
import { nodeRows, ofInstance } from '../../join/nodeRows.ts';
import { obstacleToService, viewNetwork, type NetworkView } from '../../join/reachability.ts';

const agentVersion = '3.3.3050.0';
/** Seconds after a node is Ready at which its agent has registered. */
const delay = [60, 180] as const;
/** An instance that is no Ready node by then: counted from its launch. */
const bootSeconds = 180;

/** The role's ARN of an instance, by its instance profile. */
function roleOf(context: CallContext, instance: Instance): string | undefined {
  const name = instance.IamInstanceProfile?.Arn?.split('/').at(-1);
  if (!name) return undefined;
  const input = { InstanceProfileName: name };
  const got = answered<GetInstanceProfileResponse>(context, 'iam', 'GetInstanceProfile', input);
  return got?.InstanceProfile?.Roles?.[0]?.Arn;
}

/** Whether the agent on it can talk to Session Manager now. */
function connected(context: CallContext, instance: Instance, view: NetworkView): boolean {
  const peer = peerOf(instance);
  if (obstacleToService(view, peer, 'ssm') || obstacleToService(view, peer, 'ssmmessages')) return false;
  const role = roleOf(context, instance);
  if (!role) return false;
  const policies = attachedPolicies(context, role);
  return ['AmazonSSMManagedInstanceCore', 'AmazonEC2RoleforSSM', 'AdministratorAccess'].some(name =>
    policies.has(name),
  );
}

/** Looks at every instance as its agent would: those that have registered by now and can talk. */
function agentsNow(context: CallContext): Ssm.InstanceInformation[] {
  const { account } = context;
  const { Reservations = [] } = account.call<DescribeInstancesResult>(context, 'ec2', 'DescribeInstances', {});
  const views = new Map<string, NetworkView>();
  const now = account.now();
  return Reservations.flatMap(({ Instances = [] }) => Instances).flatMap(instance => {
    const { InstanceId: id = '', VpcId = '' } = instance;
    // A terminated instance is still described for an hour, when its VPC may be gone.
    if (instance.State?.Name !== 'running') return [];
    const launched = new Date(instance.LaunchTime ?? now).getTime() + bootSeconds * 1000;
    const since = Math.min(nodeRows(context).get(id)?.readyAt ?? launched, launched);
    if (now < since + ofInstance(id, 4, ...delay) * 1000) return [];
    const view = views.get(VpcId) ?? viewNetwork(context, VpcId);
    views.set(VpcId, view);
    return connected(context, instance, view) ? [information(instance, now)] : [];
  });
}

function information(instance: Instance, now: number): Ssm.InstanceInformation {
  return {
    InstanceId: instance.InstanceId,
    PingStatus: 'Online',
    LastPingDateTime: new Date(now),
    AgentVersion: agentVersion,
    IsLatestVersion: false,
    PlatformType: 'Linux',
    PlatformName: 'Amazon Linux',
    PlatformVersion: '2023',
    ResourceType: 'EC2Instance',
    IPAddress: instance.PrivateIpAddress,
    ComputerName: instance.PrivateDnsName,
    SourceId: instance.InstanceId,
    SourceType: 'AWS::EC2::Instance',
  };
}

const readers: Readonly<Record<string, (row: Ssm.InstanceInformation) => string | undefined>> = {
  InstanceIds: row => row.InstanceId,
  PingStatus: row => row.PingStatus,
};

export function describeInstanceInformation(
  { MaxResults = 10, NextToken, Filters = [] }: Ssm.DescribeInstanceInformationRequest,
  context: CallContext,
): Ssm.DescribeInstanceInformationResult {
  checkRange('maxResults', MaxResults, 5, 50);
  let rows = agentsNow(context);
  for (const { Key = '', Values = [] } of Filters) {
    const read = readers[Key];
    if (!read) throw notImplemented(`ssm:DescribeInstanceInformation filter ${Key}`);
    rows = rows.filter(row => Values.includes(read(row) ?? ''));
  }
  const invalid = () => new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const { items, next } = page(rows, MaxResults, NextToken, invalid);
  return { InstanceInformationList: items, NextToken: next };
}
