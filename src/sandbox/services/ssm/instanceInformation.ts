import type { DescribeInstancesResult, Instance } from '@aws-sdk/client-ec2';
import type { GetInstanceProfileResponse } from '@aws-sdk/client-iam';
import type * as Ssm from '@aws-sdk/client-ssm';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { isAnswer } from '../eks/clusterRules.ts';
import { attachedPolicies, peerOf } from '../../join/joinFacts.ts';
import { nodeRows, ofInstance } from '../../join/nodeRows.ts';
import { obstacleToService, viewNetwork, type NetworkView } from '../../join/reachability.ts';

interface AgentRow {
  readonly instanceId: string;
  readonly registeredAt: number;
  lastPingAt: number;
}

const agentVersion = '3.3.3050.0';
/** Seconds after a node is Ready at which its agent has registered. */
const delay = [60, 180] as const;
/** An instance that never becomes a Ready node: counted from its launch. */
const bootSeconds = 120;

/** The role's ARN of an instance, by its instance profile. */
function roleOf(context: CallContext, instance: Instance): string | undefined {
  const name = instance.IamInstanceProfile?.Arn?.split('/').at(-1);
  if (!name) return undefined;
  try {
    const input = { InstanceProfileName: name };
    const got = context.account.call<GetInstanceProfileResponse>(context, 'iam', 'GetInstanceProfile', input);
    return got.InstanceProfile?.Roles?.[0]?.Arn;
  } catch (error) {
    if (isAnswer(error)) return undefined;
    throw error;
  }
}

/** Whether the agent on it can talk to Session Manager now. */
function connected(context: CallContext, instance: Instance, view: NetworkView): boolean {
  if (instance.State?.Name !== 'running') return false;
  const peer = peerOf(instance);
  if (obstacleToService(view, peer, 'ssm') || obstacleToService(view, peer, 'ssmmessages')) return false;
  const role = roleOf(context, instance);
  if (!role) return false;
  const policies = attachedPolicies(context, role);
  return ['AmazonSSMManagedInstanceCore', 'AmazonEC2RoleforSSM', 'AdministratorAccess'].some(name =>
    policies.has(name),
  );
}

/** Looks at every instance as its agent would, and notes those that have registered by now. */
function agentsNow(context: CallContext): Ssm.InstanceInformation[] {
  const { account, region } = context;
  const agents = account.regional<AgentRow>(region, 'ssm.agents');
  const { Reservations = [] } = account.call<DescribeInstancesResult>(context, 'ec2', 'DescribeInstances', {});
  const instances = Reservations.flatMap(reservation => reservation.Instances ?? []);
  const views = new Map<string, NetworkView>();
  const now = account.now();
  for (const { instanceId } of agents.values())
    if (!instances.some(one => one.InstanceId === instanceId && one.State?.Name !== 'terminated'))
      agents.delete(instanceId);
  return instances.flatMap(instance => {
    const { InstanceId: id = '', VpcId = '' } = instance;
    if (instance.State?.Name === 'terminated') return [];
    const launched = new Date(instance.LaunchTime ?? now).getTime() + bootSeconds * 1000;
    const since = nodeRows(context).get(id)?.readyAt ?? launched;
    const known = agents.get(id);
    if (!known && now < since + ofInstance(id, 4, ...delay) * 1000) return [];
    const view = views.get(VpcId) ?? viewNetwork(context, VpcId);
    views.set(VpcId, view);
    const online = connected(context, instance, view);
    if (!known && !online) return [];
    const agent = known ?? agents.set(id, { instanceId: id, registeredAt: now, lastPingAt: now });
    if (online) agent.lastPingAt = now;
    return [information(instance, agent, online)];
  });
}

function information(instance: Instance, agent: AgentRow, online: boolean): Ssm.InstanceInformation {
  return {
    InstanceId: agent.instanceId,
    PingStatus: online ? 'Online' : 'ConnectionLost',
    LastPingDateTime: new Date(agent.lastPingAt),
    AgentVersion: agentVersion,
    IsLatestVersion: false,
    PlatformType: 'Linux',
    PlatformName: 'Amazon Linux',
    PlatformVersion: '2023',
    ResourceType: 'EC2Instance',
    IPAddress: instance.PrivateIpAddress,
    ComputerName: instance.PrivateDnsName,
    SourceId: agent.instanceId,
    SourceType: 'AWS::EC2::Instance',
  };
}

const readers: Readonly<Record<string, (row: Ssm.InstanceInformation) => string | undefined>> = {
  InstanceIds: row => row.InstanceId,
  PingStatus: row => row.PingStatus,
  AgentVersion: row => row.AgentVersion,
  PlatformTypes: row => row.PlatformType,
  ResourceType: row => row.ResourceType,
};

export function describeInstanceInformation(
  input: Ssm.DescribeInstanceInformationRequest,
  context: CallContext,
): Ssm.DescribeInstanceInformationResult {
  const { MaxResults = 10, NextToken } = input;
  if (MaxResults < 5 || MaxResults > 50)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${MaxResults}' at 'maxResults' failed to satisfy constraint: Member must have value ${MaxResults < 5 ? 'greater than or equal to 5' : 'less than or equal to 50'}`,
    );
  const filters = [
    ...(input.Filters ?? []).map(({ Key = '', Values = [] }) => [Key, Values] as const),
    ...(input.InstanceInformationFilterList ?? []).map(
      ({ key = 'InstanceIds', valueSet = [] }) => [key, valueSet] as const,
    ),
  ];
  let rows = agentsNow(context);
  for (const [key, values] of filters) {
    const read = readers[key];
    if (!read) throw new AwsError('InvalidFilterKey', `Invalid filter key: ${key}`);
    rows = rows.filter(row => values.includes(read(row) ?? ''));
  }
  const start = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isInteger(start) || start < 0 || start > rows.length)
    throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const end = start + MaxResults;
  return { InstanceInformationList: rows.slice(start, end), NextToken: end < rows.length ? String(end) : undefined };
}
