import type { AwsSession } from '../../aws/awsSession.ts';
import { signalOption } from '../../aws/identity.ts';
import type { InstanceFacts } from '../nodeFacts.ts';
import { gatherInstances } from './instanceLooks.ts';
import { looker } from './refusedLook.ts';

/** How far a self-managed group is, by EC2's evidence: no API of AWS's knows its nodes. */
export interface JoinSeen {
  /** As Auto Scaling is told now, which an autoscaler may have changed. */
  readonly wanted: number;
  readonly joined: readonly InstanceFacts[];
  /** Instances, pending ones included, on which no network plug-in works yet. */
  readonly missing: readonly InstanceFacts[];
  /** What Auto Scaling could not do, the latest first. */
  readonly refused: readonly string[];
  /** Looks that were refused; with one of them nothing above tells anything. */
  readonly unknown: readonly string[];
}

export async function lookAtJoining(
  session: AwsSession,
  cluster: string,
  group: string,
  signal?: AbortSignal,
): Promise<JoinSeen> {
  const seen = await gatherInstances(session, { cluster, group, nodegroup: undefined }, signal);
  const unknown = seen.unknown.filter(text => !text.startsWith('activities'));
  const wanted = await looker(unknown)('Auto Scaling group', () => capacityOf(session, seen.autoScalingGroups, signal));
  const alive = seen.instances.filter(({ state }) => state === 'running' || state === 'pending');
  return {
    wanted: wanted ?? 0,
    joined: alive.filter(({ hasPodAddresses }) => hasPodAddresses),
    missing: alive.filter(({ hasPodAddresses }) => !hasPodAddresses),
    refused: seen.activities.filter(({ status }) => status === 'Failed').map(({ message }) => message),
    unknown,
  };
}

async function capacityOf(session: AwsSession, names: readonly string[], signal?: AbortSignal): Promise<number> {
  const { DescribeAutoScalingGroupsCommand } = await import('@aws-sdk/client-auto-scaling');
  const client = await session.client('autoScaling');
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [...names] });
  const { AutoScalingGroups = [] } = await client.send(command, signalOption(signal));
  return AutoScalingGroups.reduce((sum, { DesiredCapacity = 0 }) => sum + DesiredCapacity, 0);
}
